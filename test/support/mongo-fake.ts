import { createServer, type Socket } from "node:net";
import { BSON } from "mongodb";

/** A command as MongoDB's clients send it: its name is the first field. */
export type MongoCommand = Readonly<Record<string, unknown>>;

/** A server of MongoDB's protocol that answers what a test says: for what no real server at hand would answer. */
export interface FakeMongo extends AsyncDisposable {
  readonly uri: string;
  readonly port: number;
  /** The commands that it was sent, but for greetings, without what every command has. */
  readonly commands: readonly MongoCommand[];
}

/** What it answers to a command; `undefined` never answers. */
export type MongoAnswer = (command: MongoCommand) => MongoCommand | undefined;

/** Listens on a free port of 127.0.0.1. */
export async function fakeMongo(answer: MongoAnswer): Promise<FakeMongo> {
  const commands: MongoCommand[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    eachMessage(socket, (message) => {
      const command = commandIn(message);
      const isGreeting = Object.keys(command).some((name) => /^(hello|ismaster)$/i.test(name));
      const reply = isGreeting ? greeting : answer(command);
      if (!isGreeting) commands.push(ownPart(command));
      if (reply !== undefined) socket.write(replyTo(message, reply));
    });
  });
  const port = await new Promise<number>((listening) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      listening(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return {
    uri: `mongodb://127.0.0.1:${port}/`,
    port,
    commands,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A server of MongoDB 7 that stands alone. */
const greeting = {
  ok: 1,
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
};

function ownPart({ $db: _db, lsid: _lsid, ...own }: MongoCommand): MongoCommand {
  return own;
}

function eachMessage(socket: Socket, take: (message: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const size = pending.readInt32LE(0);
      take(pending.subarray(0, size));
      pending = pending.subarray(size);
    }
  });
}

const headerBytes = 16;
const opCodes = { reply: 1, query: 2004, message: 2013 };

/** @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
function commandIn(message: Buffer): MongoCommand {
  if (message.readInt32LE(12) === opCodes.query) {
    const nameEnd = message.indexOf(0, headerBytes + 4);
    return documentAt(message, nameEnd + 1 + 8);
  }
  let command: MongoCommand = {};
  let at = headerBytes + 4;
  while (at < message.length) {
    const isSequence = message[at] === 1;
    const size = message.readInt32LE(at + 1);
    if (!isSequence) command = { ...command, ...documentAt(message, at + 1) };
    else {
      const nameEnd = message.indexOf(0, at + 5);
      const documents = [];
      for (let next = nameEnd + 1; next < at + 1 + size; next += message.readInt32LE(next)) {
        documents.push(documentAt(message, next));
      }
      command = { ...command, [message.toString("utf8", at + 5, nameEnd)]: documents };
    }
    at += 1 + size;
  }
  return command;
}

function documentAt(message: Buffer, at: number): MongoCommand {
  return BSON.deserialize(message.subarray(at, at + message.readInt32LE(at)));
}

function replyTo(message: Buffer, reply: MongoCommand): Buffer {
  const document = BSON.serialize(reply);
  const isQuery = message.readInt32LE(12) === opCodes.query;
  // OP_REPLY: flags, cursor, start, one document. OP_MSG: flags, the kind of its section.
  const before = Buffer.alloc(isQuery ? 20 : 5);
  if (isQuery) before.writeInt32LE(1, 16);
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(headerBytes + before.length + document.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(message.readInt32LE(4), 8);
  header.writeInt32LE(isQuery ? opCodes.reply : opCodes.message, 12);
  return Buffer.concat([header, before, document]);
}
