import { expect } from "bun:test";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { stacksFolder } from "../../support/stack-files.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { executablePath, testWith } from "../../support/tools.ts";

// The images cannot be had where the tests run. Their programs are stand-ins at the places where the images have them, in a namespace of
// its own; what makes the certificate is Java's keytool itself.

const jdk = dirname(dirname(realpathSync(executablePath("keytool") ?? "/")));

/** Prints what a program of an image was started with. */
const tellStart = `#!/bin/bash
echo "arguments: $*"
env | grep -E '^(MLT_|OPENSEARCH_|ES_JAVA|ELASTIC_)' | sort
`;

/** Runs a start script where its image's folders and secrets are; then what looks at what it has left. */
async function start(
  script: string,
  programs: Readonly<Record<string, string>>,
  { afterwards = "true", tls = false } = {},
) {
  using dir = tempDir();
  await dir.write(programs);
  const secrets = { search_admin_password: "admin-secret", search_dashboards_password: "dashboards-secret" };
  const certificate = { efk_certificate: "a certificate", efk_key: "a key", efk_authority: "an authority" };
  const others = { ...certificate, dashboards_cookie_key: "key-secret" };
  for (const [name, text] of Object.entries({ ...secrets, ...others })) {
    await dir.write({ [`secrets/${name}`]: text });
  }
  const prepare = `
    set -e
    mount -t tmpfs tmpfs /run && mkdir /run/secrets && cp "$1"/secrets/* /run/secrets/
    for folder in share local; do
      if [ -d "$1/$folder" ]; then mount -t tmpfs tmpfs /usr/$folder && cp -r "$1/$folder/." /usr/$folder/; fi
    done
    chmod -R +x /usr/share /usr/local
    if [ -d /usr/share/opensearch ]; then ln -s "$JDK" /usr/share/opensearch/jdk; fi
    bash "$2"
    eval "$3"
  `;
  const child = Bun.spawn(
    [
      "unshare",
      "--mount",
      "bash",
      "-c",
      prepare,
      "start",
      dir.path,
      join(stacksFolder, "efk", script),
      afterwards,
    ],
    {
      env: { PATH: "/usr/bin:/bin", JDK: jdk, MLT_HEAP_MB: "1024", MLT_TLS: `${tls}` },
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
    },
  );
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

testWith(
  ["root", "linux", "keytool"],
  "OpenSearch, a stand-in, starts with users and a certificate of its own",
  async () => {
    const tools = "share/opensearch/plugins/opensearch-security/tools";
    const look = `
    config=/usr/share/opensearch/config
    stat -c '%a %n' $config/opensearch-security/internal_users.yml $config/node.p12 $config/trusted.p12
    cat $config/opensearch-security/internal_users.yml
  `;
    const { exitCode, stdout } = await start(
      "opensearch/start-search.sh",
      {
        // As the real one, it warns on standard output first.
        [`${tools}/hash.sh`]: `#!/bin/bash\necho '** This tool will be deprecated **'\necho "\\$2y\\$12\\$hash.of.$(tr -d - <<<"\${!2}")"\n`,
        "share/opensearch/bin/opensearch": `${tellStart}
      config=/usr/share/opensearch/config
      for store in node trusted; do
        "$JDK/bin/keytool" -list -storetype PKCS12 -keystore $config/$store.p12 -storepass:env MLT_STORE_PASSWORD | grep ^node
      done\n`,
        "share/opensearch/config/opensearch-security/internal_users.yml": "demo: users\n",
      },
      { afterwards: look },
    );
    expect(stdout).toContain("arguments: \n");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining("OPENSEARCH_PATH_CONF=/usr/share/opensearch/config\n"),
    });
    expect(stdout).toContain("-Xms1024m -Xmx1024m");
    expect(stdout).toMatch(/^MLT_STORE_PASSWORD=[0-9a-f]{48}$/m);
    // The first store has the key, the second only the certificate.
    expect(stdout).toMatch(/^node, .*PrivateKeyEntry/m);
    expect(stdout).toMatch(/^node, .*trustedCertEntry/m);
    expect(stdout).toContain("600 /usr/share/opensearch/config/opensearch-security/internal_users.yml\n");
    expect(stdout).toContain("600 /usr/share/opensearch/config/node.p12\n");
    expect(stdout).toContain('admin:\n  hash: "$2y$12$hash.of.adminsecret"\n');
    expect(stdout).toContain('kibanaserver:\n  hash: "$2y$12$hash.of.dashboardssecret"\n');
    expect(stdout).not.toContain("demo: users");
  },
);

testWith(
  ["root", "linux"],
  "Elasticsearch, a stand-in, starts with the administrator's password in its environment",
  async () => {
    const { exitCode, stdout } = await start("elasticsearch/start-search.sh", {
      "local/bin/docker-entrypoint.sh": tellStart,
    });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        "arguments: eswrapper\nELASTIC_PASSWORD=admin-secret\nES_JAVA_OPTS=-Xms1024m -Xmx1024m\nMLT_HEAP_MB=1024\nMLT_TLS=false\n",
    });
  },
);

const hash = "share/opensearch/plugins/opensearch-security/tools/hash.sh";
for (const [engine, config, programs, names] of [
  [
    "opensearch",
    "/usr/share/opensearch/config",
    {
      "share/opensearch/bin/opensearch": tellStart,
      "share/opensearch/config/opensearch-security/internal_users.yml": "",
      [hash]: "#!/bin/bash\necho '$2y$12$hash'\n",
    },
    ["efk_certificate", "efk_key", "efk_authority"],
  ],
  [
    "elasticsearch",
    "/usr/share/elasticsearch/config",
    { "local/bin/docker-entrypoint.sh": tellStart, "share/elasticsearch/config/elasticsearch.yml": "" },
    ["efk_certificate", "efk_key"],
  ],
] as const) {
  testWith(
    ["root", "linux", "keytool"],
    `${engine}, a stand-in, starts with TLS by files of its own folder that nobody else may read`,
    async () => {
      const afterwards = `cd ${config} && stat -c '%a %n' efk_*.pem && cat efk_key.pem`;
      const { exitCode, stdout } = await start(`${engine}/start-search.sh`, programs, {
        tls: true,
        afterwards,
      });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(
        /^arguments: .*-E[a-z.]+http\.ssl\.enabled=true|-E[a-z.]+ssl\.http\.enabled=true/m,
      );
      for (const name of names) {
        expect(stdout).toContain(`=${name}.pem`);
        expect(stdout).toContain(`600 ${name}.pem\n`);
      }
      expect(stdout).toEndWith("a key");
    },
  );
}

for (const [engine, program] of [
  ["opensearch", "share/opensearch-dashboards/bin/opensearch-dashboards"],
  ["elasticsearch", "share/kibana/bin/kibana"],
] as const) {
  testWith(
    ["root", "linux"],
    `Dashboards of ${engine}, a stand-in, starts with its secrets in its environment alone`,
    async () => {
      const { exitCode, stdout } = await start(`${engine}/start-dashboards.sh`, { [program]: tellStart });
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout:
          "arguments: --config /mlt/dashboards.yml\nMLT_COOKIE_KEY=key-secret\nMLT_DASHBOARDS_PASSWORD=dashboards-secret\nMLT_HEAP_MB=1024\nMLT_TLS=false\n",
      });
      const withTls = await start(`${engine}/start-dashboards.sh`, { [program]: tellStart }, { tls: true });
      expect(withTls.stdout).toStartWith(
        "arguments: --config /mlt/dashboards.yml --config /mlt/dashboards-tls.yml\n",
      );
    },
  );
}
