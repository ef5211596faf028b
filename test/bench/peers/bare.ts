import { readFileSync } from "node:fs";

/**
 * The least that a service in Bun does: it parses the JSON of a request and answers constant bytes.
 * Run: bun bare.ts <port> <file with the answer>
 */
const [port, answerPath = ""] = process.argv.slice(2);
const answer = readFileSync(answerPath, "utf8");
const headers = { "content-type": "application/json" };

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  // Several of them share one port.
  reusePort: true,
  async fetch(request) {
    await request.json();
    return new Response(answer, { headers });
  },
});
