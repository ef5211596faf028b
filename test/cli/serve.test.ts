import { afterAll, expect, test } from "bun:test";
import { createServer } from "node:net";
import { mlt } from "../support/mlt.ts";
import { cacheDir, trainedProject } from "../support/project.ts";
import { openSocket } from "../support/raw-http.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

test("mlt serve exits 4 where another program has the port", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const { exitCode, stdout, stderr } = await iris.mlt(["serve", "--port", port]);
  const doctor = await iris.mlt(["doctor"], { MLT_SERVE__PORT: port });
  other.close();
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 4,
    stdout: "",
    stderr:
      `error: Cannot listen on port ${port} of "127.0.0.1": another program has it\n` +
      "hint: Choose another port with --port, or with serve.port in config.yaml.\n",
  });
  expect(doctor.exitCode).toBe(0);
  expect(doctor.stdout).toContain(`! port ${port}`);
});

test("mlt serve exits 4 for an address of another machine", async () => {
  const { exitCode, stderr } = await iris.mlt(["serve", "--host", "203.0.113.7"]);
  expect(exitCode).toBe(4);
  expect(stderr).toStartWith('error: Cannot listen on "203.0.113.7": it is no address of this machine\n');
});

test("mlt serve says where it answers, and nothing on stdout", async () => {
  await using service = await iris.serve();
  expect(await (await fetch(`${service.url}/ping`)).json()).toEqual({ ping: "pong" });
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  service.child.kill("SIGTERM");
  const { exitCode, stdout, stderr } = await service.finished;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  expect(stderr.replace(/(?<=accuracy 0\.9)\d+/, "…")).toBe(
    [
      "iris 0.1.0  LogisticRegression, accuracy 0.9…",
      `  Try it    ${service.url}/`,
      `  Docs      ${service.url}/docs`,
      `  Predict   POST ${service.url}/api/predictions`,
      "  Stop      Ctrl-C",
      "SIGTERM: finishing 0 requests",
      "",
    ].join("\n"),
  );
});

test("SIGTERM ends mlt serve with 0 after the reader of stderr has left", async () => {
  await using service = await iris.serve();
  service.child.stderr?.destroy();
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  service.child.kill("SIGTERM");
  expect((await service.finished).exitCode).toBe(0);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s lets a request in flight finish, answers others that still come, and mlt serve exits 0",
  async (signal) => {
    await using service = await iris.serve();
    const body = JSON.stringify(Array.from({ length: 10_000 }, () => row));
    const socket = await openSocket(Number(new URL(service.url).port));
    const cut = body.length - 100;
    socket.write(
      "POST /api/predictions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
        `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, cut)}`,
    );
    // The request counts once its head has been read: the service says how many it waits for.
    await inProgress(service.url);
    service.child.kill(signal);
    await service.saw(new RegExp(`${signal}: finishing 1 requests`));
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    const other = await fetch(`${service.url}/api/predictions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([row]),
    });
    expect([other.status, other.headers.get("connection")]).toEqual([200, "close"]);
    expect(await other.json()).toEqual([{ class_name: "setosa" }]);
    socket.write(body.slice(cut));
    const answer = await socket.ended();
    expect(answer).toStartWith("HTTP/1.1 200 OK\r\n");
    expect(answer.match(/"class_name":"setosa"/g)).toHaveLength(10_000);
    expect((await service.finished).exitCode).toBe(0);
  },
);

/** Resolves when the service counts a request in progress beside the one that asks. */
async function inProgress(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (Number(/^mlt_request_in_progress (\d+)$/m.exec(text)?.[1]) > 1) return;
  }
}

test("mlt serve --dir takes the settings of that project", async () => {
  const { exitCode, stderr } = await mlt(["serve", "--dir", iris.path, "--host", "not a host"], {
    cwd: "/",
    env: { MLT_CACHE_DIR: cacheDir },
  });
  expect(exitCode).toBe(4);
  expect(stderr).toContain('Cannot listen on "not a host"');
});
