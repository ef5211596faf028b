import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FluentdSection, parseFluentd } from "../../support/fluentd-config.ts";
import { type SearchEngine, stacksFolder } from "../../support/stack-files.ts";

// No Fluentd can be had where the tests run: its configuration is read by its syntax, and held against what its plugins have.

const folder = join(stacksFolder, "efk");
const engines: readonly SearchEngine[] = ["opensearch", "elasticsearch"];

function configuration(engine: SearchEngine, tls = false): FluentdSection {
  return parseFluentd(readFileSync(join(folder, "fluentd/fluent.conf"), "utf8"), (name) =>
    // As compose.yaml mounts them.
    readFileSync(join(folder, name === "tls.conf" ? `fluentd/tls-${tls}.conf` : `${engine}/${name}`), "utf8"),
  );
}

const named = ({ sections }: FluentdSection, name: string, argument?: string) =>
  sections.filter((each) => each.name === name && (argument === undefined || each.argument === argument));

function label(whole: FluentdSection, argument: string): FluentdSection {
  const [found] = named(whole, "label", argument);
  if (found === undefined) throw new Error(`There is no label ${argument}`);
  return found;
}

/** Parameters of an output that is buffered and writes to a search engine, of both plugins. */
const ofBoth = [
  ...[
    "@type",
    "@id",
    "host",
    "port",
    "scheme",
    "ca_file",
    "user",
    "password",
    "logstash_format",
    "logstash_prefix",
  ],
  ...[
    "logstash_prefix_separator",
    "logstash_dateformat",
    "include_tag_key",
    "tag_key",
    "id_key",
    "remove_keys",
  ],
  ...["write_operation", "unrecoverable_error_types", "reload_connections", "reload_on_failure"],
  ...["reconnect_on_error", "request_timeout"],
];

/** Parameters that only one has: fluent-plugin-opensearch 1.1, fluent-plugin-elasticsearch 5. */
const own = {
  opensearch: ["verify_os_version_at_startup", "default_opensearch_version"],
  elasticsearch: ["verify_es_version_at_startup", "default_elasticsearch_version", "suppress_type_name"],
};

for (const engine of engines) {
  test(`Fluentd's configuration for ${engine} has only parameters that the plugin has`, () => {
    const [output] = named(label(configuration(engine), "@RECORDS"), "match");
    expect(output?.parameters["@type"]).toBe(engine);
    expect(Object.keys(output?.parameters ?? {}).sort()).toEqual([...ofBoth, ...own[engine]].sort());
  });

  test(`Fluentd adds a record to ${engine} once, to the index of its day`, () => {
    const records = label(configuration(engine), "@RECORDS");
    const [filter] = named(records, "filter");
    const [output] = named(records, "match", "**");
    expect(filter?.sections[0]?.parameters).toEqual({
      mlt_key: ["request_id", "row", "timestamp"].map((field) => `\${record["${field}"]}`).join(":"),
    });
    expect(output?.parameters).toMatchObject({
      logstash_format: "true",
      logstash_prefix: "fluentd",
      logstash_prefix_separator: "-",
      logstash_dateformat: "%Y%m%d",
      id_key: "mlt_key",
      remove_keys: "mlt_key",
      write_operation: "create",
    });
  });

  test(`Fluentd keeps records on disk, and tries for ever, while ${engine} does not take them`, () => {
    const [output] = named(label(configuration(engine), "@RECORDS"), "match");
    const [buffer] = output === undefined ? [] : named(output, "buffer");
    expect(buffer?.argument).toBe("tag");
    expect(buffer?.parameters).toMatchObject({
      "@type": "file",
      path: "/fluentd/mlt-buffer/records",
      retry_forever: "true",
      overflow_action: "throw_exception",
    });
    expect(output?.parameters["unrecoverable_error_types"]).toBe("[]");
  });
}

test("Fluentd takes records only of who knows the key, and in chunks larger than those that mlt sends", () => {
  const [source] = named(configuration("opensearch"), "source");
  expect(source?.parameters).toMatchObject({
    "@type": "forward",
    "@label": "@RECORDS",
    port: "24224",
    // mlt sends chunks of 1 MB, and single records of up to 4 MB.
    chunk_size_limit: "16m",
  });
  expect(source?.sections).toMatchObject([
    { name: "transport", argument: "tcp" },
    {
      name: "security",
      parameters: { shared_key: `"#{File.read('/run/secrets/fluentd_shared_key').strip}"` },
    },
  ]);
});

test("Fluentd takes records by TLS alone where the stack has a certificate", () => {
  const [source] = named(configuration("opensearch", true), "source");
  expect(source?.sections[0]).toMatchObject({
    ...{ name: "transport", argument: "tls" },
    parameters: {
      cert_path: "/run/secrets/efk_certificate",
      private_key_path: "/run/secrets/efk_key",
    },
  });
});

test("Fluentd keeps what the search engine refuses on the volume of its buffer", () => {
  const [output] = named(label(configuration("opensearch"), "@ERROR"), "match", "**");
  expect(output?.parameters).toMatchObject({
    "@type": "file",
    path: "/fluentd/mlt-buffer/dead-letters/refused",
  });
});

test("every label that Fluentd's configuration names is there", () => {
  const whole = configuration("elasticsearch");
  const labels = named(whole, "label").map(({ argument }) => argument);
  // The last two are Fluentd's own: for records that fail, and for what it says itself.
  expect(labels).toEqual(["@RECORDS", "@ERROR", "@FLUENT_LOG"]);
});

test.each([
  ["<match **>\n@type null\n", "<match> is not closed"],
  ["<match **>\n</source>\n", '"</source>" ends what is not open'],
  ["<source>\nport 1\nport 2\n</source>\n", 'Cannot read "port 2"'],
])("the reader of Fluentd's syntax refuses %j", (text, message) => {
  expect(() => parseFluentd(text, () => "")).toThrow(message);
});
