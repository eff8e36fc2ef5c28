// Shows pages in a frame as wide as a window would be, one after another, and tells
// what is wrong with each.
const frame = document.body.appendChild(document.createElement("iframe"));
frame.style = "border:0;height:900px";

const shown = (e) => { const s = e.ownerDocument.defaultView.getComputedStyle(e); return s.visibility != "hidden" && s.display != "none"; };

function look(document, width) {
  const faults = [], view = document.defaultView;
  const short = (text) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 40));
  const wide = document.documentElement.scrollWidth;
  if (wide > width) {
    const widest = [...document.body.querySelectorAll("*")].reduce((a, b) => a && a.getBoundingClientRect().right >= b.getBoundingClientRect().right ? a : b, null);
    faults.push(`the page is as wide as ${wide}, and the window ${width}: <${widest.tagName} class=${widest.className}> ${short(widest.textContent)}`);
  }
  const cutting = new Map();
  for (const e of document.body.querySelectorAll("*")) {
    const s = view.getComputedStyle(e);
    if (s.overflowX != "visible" || s.overflowY != "visible") cutting.set(e, s);
  }
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.data.trim() || ["STYLE", "SCRIPT"].includes(parent.tagName) || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 1 || r.right <= 0) continue; // kept for programs alone, left of the page
      if (r.left < -1 || r.right > width + 1) faults.push(`${short(node.data)} is off the page: from ${r.left} to ${r.right}`);
      texts.push({ node, left: r.left, right: r.right, top: r.top + r.height * 0.2, bottom: r.bottom - r.height * 0.2 });
      for (const [e, s] of cutting) {
        if (!e.contains(parent)) continue;
        const box = e.getBoundingClientRect();
        const across = s.overflowX != "visible" && (r.right > box.right + 1 || r.left < box.left - 1);
        const along = s.overflowY != "visible" && (r.bottom > box.bottom + 2 || r.top < box.top - 2);
        if (across || along) faults.push(`${short(node.data)} is cut by <${e.tagName} class=${e.className}>`);
      }
    }
  }
  texts.sort((a, b) => a.top - b.top);
  for (let i = 0; i < texts.length; i++) {
    for (let k = i + 1; k < texts.length && texts[k].top < texts[i].bottom; k++) {
      const a = texts[i], b = texts[k];
      if (a.node != b.node && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2) faults.push(`${short(a.node.data)} lies over ${short(b.node.data)}`);
    }
  }
  let links = 0;
  for (const e of document.body.querySelectorAll("*")) {
    if (!e.textContent.trim() || e.closest("svg, style, script") || !shown(e)) continue;
    const s = view.getComputedStyle(e), p = view.getComputedStyle(e.parentElement);
    const underlined = s.textDecorationLine.includes("underline");
    if (e.tagName == "A") {
      links++;
      const named = e.getAttribute("aria-current") && s.fontWeight != p.fontWeight;
      if (!underlined && !named) faults.push(`a link is told by colour alone: ${short(e.textContent)}`);
      continue;
    }
    if (s.color == p.color || underlined || s.fontWeight != p.fontWeight || s.fontSize != p.fontSize) continue;
    if (!s.display.startsWith("inline") || s.backgroundColor != p.backgroundColor && s.borderTopStyle != "none") continue;
    // Words say what they mean; a number or a sign does not.
    if (/\p{L}{3}/u.test(e.textContent)) continue;
    faults.push(`${short(e.textContent)} is told by colour alone: <${e.tagName} class=${e.className}>`);
  }
  return { Wide: wide, Texts: texts.length, Links: links, Faults: [...new Set(faults)].slice(0, 12) };
}

(async () => {
  const all = [];
  for (const job of jobs) {
    frame.style.width = job.Width + "px";
    await new Promise((done) => { frame.onload = done; frame.src = job.Address; });
    all.push({ Page: job.Page, How: job.How, ...look(frame.contentDocument, frame.contentDocument.documentElement.clientWidth) });
  }
  await fetch("/found", { method: "POST", body: JSON.stringify(all) });
})();
