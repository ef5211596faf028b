import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { listen } from "../../adapters/http-server.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { openSocket } from "../support/raw-http.ts";
import { executablePath, testWith } from "../support/tools.ts";

const host = "127.0.0.1";
const hello = () => new Response("hello");

async function failureOf(listening: Promise<unknown>): Promise<MltError> {
  const error = await listening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MltError))
    throw new Error("listen() did not reject with MltError", { cause: error });
  return error;
}

test("listen() answers on a free port and names it", async () => {
  const server = await listen(hello, { host, port: 0 });
  expect(server.port).toBeGreaterThan(0);
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(await (await fetch(server.url)).text()).toBe("hello");
  await server.stop(1000);
});

test("listen() names a port that another program has, and how to choose another", async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, host, () => {
      const address = other.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const error = await failureOf(listen(hello, { host, port }));
  expect(error.message).toBe(`Cannot listen on port ${port} of "127.0.0.1": another program has it`);
  expect(error.hint).toBe("Choose another port with --port, or with serve.port in config.yaml.");
  expect(error.exitCode).toBe(ExitCode.external);
  other.close();
});

// 192.0.2.0/24 is kept for documentation (RFC 5737), .invalid for names that never resolve (RFC 6761).
test.each(["192.0.2.1", "nosuch.invalid"])(
  "listen() refuses %s, which is no address of this machine",
  async (wrong) => {
    const error = await failureOf(listen(hello, { host: wrong, port: 0 }));
    expect(error.message).toBe(`Cannot listen on "${wrong}": it is no address of this machine`);
    expect(error.exitCode).toBe(ExitCode.external);
  },
);

testWith(["root", "setpriv"], "listen() says that a low port needs permission", async () => {
  const script = `
    import { listen } from "${import.meta.dir}/../../adapters/http-server.ts";
    await listen(() => new Response(), { host: "127.0.0.1", port: 81 }).catch((error) => console.log(error.message));
  `;
  const limits = [
    "setpriv",
    "--reuid=65534",
    "--clear-groups",
    "--bounding-set=-all",
    "--inh-caps=-all",
    "--no-new-privs",
  ];
  const child = Bun.spawn([...limits, process.execPath, "-e", script], { stdout: "pipe", cwd: "/" });
  expect(await new Response(child.stdout).text()).toBe(
    'Cannot listen on port 81 of "127.0.0.1": it needs permission\n',
  );
});

test("listen() shares a port between servers that ask for it", async () => {
  const first = await listen(hello, { host, port: 0, reusePort: true });
  const second = await listen(hello, { host, port: first.port, reusePort: true });
  expect(second.port).toBe(first.port);
  await Promise.all([first.stop(1000), second.stop(1000)]);
});

test("listen() answers a request without a Host header", async () => {
  const server = await listen((request) => new Response(new URL(request.url).pathname), { host, port: 0 });
  const socket = await openSocket(server.port);
  socket.write("GET /livez HTTP/1.0\r\n\r\n");
  expect(await socket.ended()).toEndWith("\r\n\r\n/livez");
  await server.stop(1000);
});

test("stop() lets a request in progress finish, and takes no more", async () => {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const slow = async () => {
    started.resolve();
    await finish.promise;
    return new Response("finished");
  };
  const server = await listen(slow, { host, port: 0 });
  const answer = fetch(server.url);
  await started.promise;
  const stopped = server.stop(10_000);
  const refused = await fetch(server.url).then(
    () => false,
    () => true,
  );
  finish.resolve();
  expect(refused).toBe(true);
  expect(await (await answer).text()).toBe("finished");
  await stopped;
});

test("stop() closes a connection that is idle, and can be called twice", async () => {
  const server = await listen(hello, { host, port: 0 });
  const socket = await openSocket(server.port);
  socket.write("GET / HTTP/1.1\r\nHost: ml\r\n\r\n");
  expect(await socket.received("hello")).toStartWith("HTTP/1.1 200 OK");
  await server.stop(10_000);
  await socket.ended();
  await server.stop(10_000);
});

test("stop() gives up a request that outlasts the timeout", async () => {
  const started = Promise.withResolvers<void>();
  const hang = () => {
    started.resolve();
    return new Promise<Response>(() => undefined);
  };
  const server = await listen(hang, { host, port: 0 });
  const cutOff = fetch(server.url).then(
    () => false,
    () => true,
  );
  await started.promise;
  await server.stop(50);
  expect(await cutOff).toBe(true);
});

testWith(["deno"], "listen() serves on Deno, and stops when its request is answered", async () => {
  const script = `${import.meta.dir}/../support/serve-fixed-softmax.ts`;
  const command = [executablePath("deno") ?? "deno", "run", "-A", "--no-lock", script];
  const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", cwd: `${import.meta.dir}/../..` });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = (await lines.read()).value?.trim() ?? "";
  expect(await (await fetch(`${url}/ping`)).json()).toEqual({ ping: "pong" });
  child.stdin.end();
  expect((await lines.read()).value).toBe("stopped\n");
  expect(await child.exited).toBe(0);
});
