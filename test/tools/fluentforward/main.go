// The fluentforward receiver of the OpenTelemetry collector, for tests: prints every event that it receives as a line
// of JSON, and acknowledges it only then.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/fluentforwardreceiver"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

const tagKey = "fluent.tag"

type event struct {
	Tag    any            `json:"tag"`
	TimeMs int64          `json:"time_ms"`
	Record map[string]any `json:"record"`
}

func main() {
	port := flag.Int("port", 24224, "port of 127.0.0.1 to listen on")
	flag.Parse()
	if err := run(*port); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(port int) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	lines, err := consumer.NewLogs(printEvents)
	if err != nil {
		return err
	}
	factory := fluentforwardreceiver.NewFactory()
	config := factory.CreateDefaultConfig().(*fluentforwardreceiver.Config)
	config.ListenAddress = fmt.Sprintf("127.0.0.1:%d", port)
	receiver, err := factory.CreateLogs(ctx, receivertest.NewNopSettings(factory.Type()), config, lines)
	if err != nil {
		return err
	}
	if err := receiver.Start(ctx, componenttest.NewNopHost()); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "listening on", config.ListenAddress)
	<-ctx.Done()
	return receiver.Shutdown(context.Background())
}

// The receiver acknowledges what it has handed over once this returns, and calls it for one batch at a time.
func printEvents(_ context.Context, logs plog.Logs) error {
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, log := range scope.LogRecords().All() {
				record := log.Attributes().AsRaw()
				tag := record[tagKey]
				delete(record, tagKey)
				timeMs := log.Timestamp().AsTime().UnixMilli()
				if err := encoder.Encode(event{Tag: tag, TimeMs: timeMs, Record: record}); err != nil {
					return err
				}
			}
		}
	}
	return out.Flush()
}
