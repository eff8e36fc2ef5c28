package watch

import (
	"net"
	"os"
	"strings"
)

// notifier tells systemd how the service is, as sd_notify(3) does: one datagram of
// lines to the socket that the environment names. Where there is none it is silent.
type notifier struct{ socket string }

// takeNotifier takes the socket out of the environment: the child has nothing to say.
func takeNotifier() notifier {
	n := notifier{os.Getenv("NOTIFY_SOCKET")}
	_ = os.Unsetenv("NOTIFY_SOCKET")
	return n
}

func (n notifier) tell(lines ...string) {
	if n.socket == "" {
		return
	}
	name := n.socket
	if strings.HasPrefix(name, "@") {
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(strings.Join(lines, "\n")))
}
