import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An authority of a test's own, by openssl, and what it has signed. */
export interface TestAuthority {
  /** PEM of the root: what a client has to trust. */
  readonly root: string;
  /** Writes `<name>.pem`, the certificate of 127.0.0.1 and localhost with the one that signed it, and `<name>.key`. */
  issue(name: string): void;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** A root and, below it, the authority that signs: as public ones are made, so a server has to send a chain. */
export function testAuthority(dir: string): TestAuthority {
  const run = (...args: readonly string[]) => openssl(dir, args);
  const constraints = ["-addext", "basicConstraints=critical,CA:TRUE"];
  run(
    "req",
    "-x509",
    ...curve,
    "-keyout",
    "root.key",
    "-out",
    "root.pem",
    "-subj",
    "/CN=Test root",
    ...constraints,
  );
  run(
    "req",
    ...curve,
    "-keyout",
    "middle.key",
    "-out",
    "middle.csr",
    "-subj",
    "/CN=Test authority",
    ...constraints,
  );
  const sign = (name: string, by: string) => {
    const signer = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial", "-copy_extensions", "copy"];
    run("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signer);
  };
  sign("middle", "root");
  return {
    root: readFileSync(join(dir, "root.pem"), "utf8"),
    issue(name) {
      const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
      run("req", ...curve, "-keyout", `${name}.key`, "-out", `${name}.csr`, ...names);
      sign(name, "middle");
      const chain = [`${name}.pem`, "middle.pem"].map((file) => readFileSync(join(dir, file), "utf8"));
      writeFileSync(join(dir, `${name}.pem`), chain.join(""));
    },
  };
}

/** Writes `<name>.pem` and `<name>.key`: a certificate of the year 2020. */
export function issueExpired(dir: string, name: string): void {
  const run = (...args: readonly string[]) => openssl(dir, args);
  run("req", ...curve, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=old.example");
  // Only openssl's own authority takes dates of the past.
  mkdirSync(join(dir, "issued"));
  writeFileSync(join(dir, "index"), "");
  writeFileSync(join(dir, "ca.cnf"), authorityConfig);
  const dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"];
  const signing = ["-selfsign", "-keyfile", `${name}.key`, "-notext", ...dates];
  run("ca", "-batch", "-config", "ca.cnf", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signing);
}

const authorityConfig = `[ca]
default_ca = own
[own]
database = index
rand_serial = yes
new_certs_dir = issued
default_md = sha256
policy = any
[any]
commonName = supplied
`;

/** @throws with what openssl says, when it fails */
export function openssl(dir: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", [...args], { cwd: dir, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}
