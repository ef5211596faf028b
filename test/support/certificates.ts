import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An authority of a test's own, by openssl, and what it has signed. */
export interface TestAuthority {
  /** PEM of the root: what a client has to trust. */
  readonly root: string;
  /** Writes `<name>.pem`, the certificate of 127.0.0.1 and localhost with the one that signed it, and `<name>.key`. */
  issue(name: string): void;
  /** Writes the same files for a client: the certificate of a subject such as `/O=team/CN=ann`. */
  issueClient(name: string, subject: string, validity?: "valid" | "expired"): void;
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
  const request = (name: string, ...subject: readonly string[]) =>
    run("req", ...curve, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", ...subject);
  const addSigner = (name: string) => {
    const chain = [`${name}.pem`, "middle.pem"].map((file) => readFileSync(join(dir, file), "utf8"));
    writeFileSync(join(dir, `${name}.pem`), chain.join(""));
  };
  return {
    root: readFileSync(join(dir, "root.pem"), "utf8"),
    issue(name) {
      request(name, "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1");
      sign(name, "middle");
      addSigner(name);
    },
    issueClient(name, subject, validity = "valid") {
      request(name, subject);
      if (validity === "valid") sign(name, "middle");
      else signOfThePast(dir, name, ["-cert", "middle.pem", "-keyfile", "middle.key"]);
      addSigner(name);
    },
  };
}

/** Writes `<name>.pem` and `<name>.key`: a certificate of the year 2020. */
export function issueExpired(dir: string, name: string): void {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.csr`];
  openssl(dir, ["req", ...curve, ...files, "-subj", "/CN=old.example"]);
  signOfThePast(dir, name, ["-selfsign", "-keyfile", `${name}.key`]);
}

/** Only openssl's own authority takes dates of the past. */
function signOfThePast(dir: string, name: string, signer: readonly string[]): void {
  mkdirSync(join(dir, "issued"), { recursive: true });
  writeFileSync(join(dir, "index"), "");
  writeFileSync(join(dir, "ca.cnf"), authorityConfig);
  const dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"];
  const files = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-notext"];
  openssl(dir, ["ca", "-batch", "-config", "ca.cnf", ...files, ...signer, ...dates]);
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
organizationName = optional
commonName = supplied
`;

/** @throws with what openssl says, when it fails */
export function openssl(dir: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", [...args], { cwd: dir, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}
