import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stacksFolder } from "../../support/stack-files.ts";

const script = readFileSync(join(stacksFolder, "mongodb/service-user.js"), "utf8");
const secrets: Readonly<Record<string, string>> = {
  "/run/secrets/mongodb_root_password": "root/secret@\n",
  "/run/secrets/mongodb_service_password": "service-secret\n",
};

type Call = readonly [name: string, ...values: readonly unknown[]];

/** Runs the script as mongosh does, against a database whose calls are kept. */
function run(found: object | null) {
  const calls: Call[] = [];
  const keep =
    (name: string) =>
    (...values: readonly unknown[]) =>
      void calls.push([name, ...values]);
  const database = {
    getRole: () => found,
    getUser: () => found,
    ...Object.fromEntries(
      ["createRole", "updateRole", "createUser", "updateUser"].map((name) => [name, keep(name)]),
    ),
  };
  const scope = {
    require: () => ({ readFileSync: (path: string) => secrets[path] }),
    process: { env: { MLT_USER: "writer", MLT_DATABASE: "log" } },
    connect: (uri: string) => {
      calls.push(["connect", uri]);
      return database;
    },
    print: keep("print"),
  };
  new Function(...Object.keys(scope), script)(...Object.values(scope));
  return calls;
}

test("the service's user of MongoDB, a stand-in, is made with a role that can neither remove nor read elsewhere", () => {
  const calls = run(null);
  expect(calls.map(([name]) => name)).toEqual(["connect", "createRole", "createUser", "print"]);
  // The password as a URI has it.
  expect(calls[0]).toEqual(["connect", "mongodb://root:root%2Fsecret%40@mongodb:27017/log?authSource=admin"]);
  expect(calls[1]?.[1]).toEqual({
    role: "mlt_service",
    privileges: [{ resource: { db: "log", collection: "" }, actions: expect.any(Array) }],
    roles: [],
  });
  expect(JSON.stringify(calls[1])).not.toMatch(/"(remove|drop(Collection|Database)|anyAction|find[A-Z].*)"/);
  expect(calls[2]).toEqual([
    "createUser",
    { user: "writer", pwd: "service-secret", roles: [{ role: "mlt_service", db: "log" }] },
  ]);
});

test("the service's user of MongoDB, a stand-in, is brought up to date where it is there", () => {
  const calls = run({});
  expect(calls.map(([name]) => name)).toEqual(["connect", "updateRole", "updateUser", "print"]);
  expect(calls[2]).toEqual([
    "updateUser",
    "writer",
    { pwd: "service-secret", roles: [{ role: "mlt_service", db: "log" }] },
  ]);
  expect(calls[3]).toEqual(["print", 'User "writer" may write to the database "log"']);
});
