package measure_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"chasqui/hub/measure"
	"chasqui/sync/wire"
)

const header = "office,service,channel,day,count,coverage,source\n"

func TestParseImport(t *testing.T) {
	want := measure.Imported{Office: centro, Service: "certificado-residencia", Channel: wire.ChannelCounter, Day: "2026-11-20", N: 42, Coverage: 0.92, Source: "queue machine"}
	for name, content := range map[string]string{
		"commas":               header + "CL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,0.92,queue machine\n",
		"semicolons":           "office;service;channel;day;count;coverage;source\nCL/13/13101/centro;certificado-residencia;counter;2026-11-20;42;0,92;queue machine\n",
		"a byte order mark":    "\ufeff" + header + "CL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,92%,queue machine\n",
		"Windows lines":        "office,service,channel,day,count,coverage,source\r\nCL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,92 %,queue machine\r\n",
		"no last line end":     header + "CL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,.92,queue machine",
		"another order":        "source,count,coverage,day,channel,service,office\nqueue machine,42,0.92,2026-11-20,counter,certificado-residencia,CL/13/13101/centro\n",
		"capitals and spaces":  "Office , Service,CHANNEL,day,count,coverage,source\n CL/13/13101/centro ,Certificado-Residencia,Counter,2026-11-20, 42 ,0.92, queue machine \n",
		"quotation marks":      header + `"CL/13/13101/centro","certificado-residencia","counter","2026-11-20","42","0,92","queue machine"` + "\n",
		"lines of separators":  header + ",,,,,,\nCL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,0.92,queue machine\n,,,,,,\n",
		"empty lines in front": "\n\n" + header + "\nCL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,0.92,queue machine\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := measure.ParseImport(strings.NewReader(content), "colas.csv")
			if err != nil || len(rows) != 1 || rows[0] != want {
				t.Errorf("got %+v, %v; want %+v", rows, err, want)
			}
		})
	}
}

// Guards: an error names file, line and field and says what to do; without it a
// clerk would be left with "parse error".
func TestParseImportErrorsSayWhatToDo(t *testing.T) {
	good := "CL/13/13101/centro,a,counter,2026-11-20,4,1,q\n"
	for _, test := range []struct{ name, content, want string }{
		{"an empty file", "", "c.csv:1: there is no first line with the names of the columns; begin the file with office,service,channel,day,count,coverage,source"},
		{"no counts", header, "c.csv: the file has no counts; write one line for each office, service, channel and day"},
		{"a column short", "office,service,channel,day,count,source\n", "c.csv:1: coverage: the column is missing; add it to the first line and to every other"},
		{"a strange column", "office,service,channel,day,count,coverage,source,who\n", "c.csv:1: who: there is no such column; use the columns office, service, channel, day, count, coverage, source"},
		{"a column twice", "office,service,channel,day,count,coverage,source,day\n", "c.csv:1: day: the column is there twice; keep one of them"},
		{"a field short", header + good + "CL/13/13101/centro,a,counter,2026-11-20,4,1\n", "c.csv:3: the line has 6 fields and the first one 7; put a field with a comma or semicolon in it between quotation marks"},
		{"no place", header + "centro de Santiago,a,counter,2026-11-20,4,1,q\n", `c.csv:2: office: "centro de Santiago" is no place; write the path of the office or of its comuna, such as CL/13/13101/centro or CL/13/13101`},
		{"a whole region", header + "CL/13,a,counter,2026-11-20,4,1,q\n", `c.csv:2: office: "CL/13" is no place; write the path of the office or of its comuna, such as CL/13/13101/centro or CL/13/13101`},
		{"no service", header + "CL/13/13101,Certificado de residencia,counter,2026-11-20,4,1,q\n", `c.csv:2: service: "Certificado de residencia" is no service; write its id from the catalogue, such as certificado-residencia`},
		{"no channel", header + "CL/13/13101,a,mesón,2026-11-20,4,1,q\n", `c.csv:2: channel: "mesón" is no channel; write one of web, counter, phone, mail`},
		{"the kiosk", header + "CL/13/13101,a,kiosk,2026-11-20,4,1,q\n", "c.csv:2: channel: the kiosk counts itself; leave the line out"},
		{"a day of another country", header + "CL/13/13101,a,web,20/11/2026,4,1,q\n", `c.csv:2: day: "20/11/2026" is not a day such as 2026-11-23; write year, month and day with dashes`},
		{"a day that is none", header + "CL/13/13101,a,web,2026-02-30,4,1,q\n", `c.csv:2: day: "2026-02-30" is not a day such as 2026-11-23; write year, month and day with dashes`},
		{"a negative count", header + "CL/13/13101,a,web,2026-11-20,-4,1,q\n", `c.csv:2: count: "-4" is no count; write a whole number without separators, such as 1204, or 0 when nobody came`},
		{"a count with a dot", header + "CL/13/13101,a,web,2026-11-20,1.204,1,q\n", `c.csv:2: count: "1.204" is no count; write a whole number without separators, such as 1204, or 0 when nobody came`},
		{"no coverage", header + "CL/13/13101,a,web,2026-11-20,4,,q\n", `c.csv:2: coverage: "" is no share; write the share of the open hours that were counted, such as 0.92 or 92 %; 1 when all were`},
		{"a percentage without its sign", header + "CL/13/13101,a,web,2026-11-20,4,92,q\n", `c.csv:2: coverage: "92" is more than all of the hours; write a share such as 0.92, or put % after it`},
		{"over 100 %", header + "CL/13/13101,a,web,2026-11-20,4,120%,q\n", `c.csv:2: coverage: "120%" is more than all of the hours; write 100 % at most`},
		{"coverage of nothing", header + "CL/13/13101,a,web,2026-11-20,4,0,q\n", "c.csv:2: coverage: none of the hours were counted; leave the line out: it would say that nobody came"},
		{"not a number", header + "CL/13/13101,a,web,2026-11-20,4,NaN,q\n", `c.csv:2: coverage: "NaN" is no share; write the share of the open hours that were counted, such as 0.92 or 92 %; 1 when all were`},
		{"no source", header + "CL/13/13101,a,web,2026-11-20,4,1,\n", `c.csv:2: source: "" does not say how it was counted; write it in at most 64 characters, such as queue machine`},
		{"the same twice", header + good + "\n" + good, "c.csv:4: the line counts the same as line 2; add them up in one line, or leave one out"},
		{"quotation marks", header + `"CL/13/13101,a` + "\n", `c.csv:2: the quotation marks do not match; write a quotation mark inside a field twice, "like ""this"""`},
		{"Latin-1", "office,service\xf3\n", `c.csv: the file is not in UTF-8; save it as "CSV UTF-8"`},
		{"UTF-16", "\xff\xfeo\x00", `c.csv: the file is not in UTF-8; save it as "CSV UTF-8"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := measure.ParseImport(strings.NewReader(test.content), "c.csv")
			if err == nil || rows != nil {
				t.Fatalf("got %d rows and %v, want an error and nothing read", len(rows), err)
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			if first != test.want {
				t.Errorf("it says\n%s\nwant\n%s", first, test.want)
			}
			var trouble *measure.Trouble
			if !errors.As(err, &trouble) || trouble.Do == "" {
				t.Errorf("%v says nothing to do", err)
			}
		})
	}
}

// Guards: everything wrong is told at once, up to a bound, and nothing is taken.
func TestParseImportTellsAllTroublesAtOnce(t *testing.T) {
	line := "CL,A b,kiosk,today,many,2,\n"
	rows, err := measure.ParseImport(strings.NewReader(header+"CL/13/13101,a,web,2026-11-20,4,1,q\n"+line), "c.csv")
	if n := strings.Count(err.Error(), "\n") + 1; rows != nil || n != 7 {
		t.Errorf("%d troubles are told of 7:\n%v", n, err)
	}
	_, err = measure.ParseImport(strings.NewReader(header+strings.Repeat(line, 1000)), "c.csv")
	if n := strings.Count(err.Error(), "\n") + 1; n != 21 {
		t.Errorf("a thousand bad lines tell %d troubles, want 20 and a last word", n)
	}
}

func FuzzParseImport(f *testing.F) {
	f.Add([]byte(header + "CL/13/13101/centro,certificado-residencia,counter,2026-11-20,42,0.92,queue machine\n"))
	f.Add([]byte("\ufeffoffice;service;channel;day;count;coverage;source\r\nCL/13/13101;a;web;2026-02-28;0;92 %;\"web; log\"\r\n"))
	f.Add([]byte(header + "\"CL\n,,,,,\n"))
	f.Add([]byte(header + ",,,,,,\nCL/13/13101,a,phone,2199-12-31,1000000000,100%,<script>\n"))
	f.Add([]byte("\n\noffice,office\n\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, err := measure.ParseImport(bytes.NewReader(content), "f.csv")
		if err != nil {
			if rows != nil || !strings.Contains(err.Error(), "f.csv") {
				t.Fatalf("%d rows with the error %v", len(rows), err)
			}
			return
		}
		// What was read is sound, and reads the same when it is written again.
		var again bytes.Buffer
		again.WriteString(header)
		w := csv.NewWriter(&again)
		for _, row := range rows {
			if math.IsNaN(row.Coverage) || row.Coverage <= 0 || row.Coverage > 1 || !row.Channel.Valid() || row.N > measure.MaxImportCount {
				t.Fatalf("row %+v was taken", row)
			}
			line := []string{string(row.Office), row.Service, string(row.Channel), row.Day, strconv.FormatUint(row.N, 10),
				strconv.FormatFloat(row.Coverage, 'f', -1, 64), row.Source}
			if err := w.Write(line); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		back, err := measure.ParseImport(&again, "f.csv")
		if err != nil || fmt.Sprint(back) != fmt.Sprint(rows) {
			t.Fatalf("written again it reads %v, %v; want %v", back, err, rows)
		}
	})
}
