import type { Socket } from 'node:net';
import { errorText } from '../../hw/error.ts';
import {
  type Answer,
  anonymous,
  type ControlHandlers,
  longestRequest,
  parseRequest,
  type Request,
} from './control-protocol.ts';
import { LineReader } from './line-reader.ts';

/** What a connection is served with. */
export interface Service {
  readonly handlers: ControlHandlers;
  /** Milliseconds that a connection may neither ask nor take its answer. */
  readonly idle: number;
  /** Told of a handler that failed. */
  readonly report: (text: string) => void;
  /** Why the caller may not ask under a client's name; null: it may. */
  readonly refusal: (client: string) => string | null;
}

/** Serves one connection until it ends: requests one after another, each answered before the next is read. */
export async function serve(socket: Socket, service: Service): Promise<void> {
  const { idle } = service;
  // A caller that goes away in the middle is its own business.
  socket.on('error', () => socket.destroy());
  socket.on('timeout', () => socket.destroy());
  socket.setTimeout(idle);
  const reader = new LineReader(longestRequest);
  for await (const chunk of chunks(socket)) {
    const lines = reader.push(chunk);
    if (lines === null) {
      await send(socket, { ok: false, text: `a request has at most ${longestRequest} bytes` });
      break;
    }
    for (const line of lines) {
      if (line.trim() === '') continue;
      // Resources take their time: the limit is for idle callers, not for the agent's own work.
      socket.setTimeout(0);
      const answer = await answerTo(line, socket, service);
      socket.setTimeout(idle);
      if (!(await send(socket, answer))) return;
    }
  }
  socket.end();
}

async function* chunks(socket: Socket): AsyncGenerator<Uint8Array> {
  try {
    yield* socket;
  } catch {
    // The connection broke: for the loop above the same as its end.
  }
}

async function answerTo(
  line: string,
  socket: Socket,
  { handlers, report, refusal }: Service,
): Promise<object> {
  const request = parseRequest(line);
  if ('error' in request) return { ok: false, text: request.error };
  const forbidden = refusal(request.client ?? anonymous);
  if (forbidden !== null) return { ok: false, forbidden: true, text: forbidden };
  try {
    if (request.command === 'status') return { ok: true, status: handlers.status() };
    if (request.command === 'confirm') return await handlers.confirm();
    if (request.command === 'fence-ack') return await handlers.fenceAck(request.node);
    const progress = (text: string): void => {
      // Nobody waits for progress: what a stalled caller does not take is dropped.
      if (socket.writable && !socket.writableNeedDrain)
        socket.write(`${JSON.stringify({ progress: text })}\n`);
    };
    if (isOfConsole(request)) return await consoleAnswer(request, handlers, progress);
    return await handlers[request.command](request.set, progress);
  } catch (error) {
    const text = `${request.command} failed: ${errorText(error)}`;
    report(text);
    return { ok: false, text };
  }
}

type OfConsole = Extract<Request, { command: 'announce' | 'cable' | 'note' | 'password' }>;

function isOfConsole(request: Request): request is OfConsole {
  return ['announce', 'cable', 'note', 'password'].includes(request.command);
}

async function consoleAnswer(
  request: OfConsole,
  { console }: ControlHandlers,
  progress: (text: string) => void,
): Promise<Answer> {
  if (console === undefined) return { ok: false, text: 'this agent has nothing for consoles' };
  if (request.command === 'announce') return console.announce();
  if (request.command === 'cable') return console.cable(request.link, progress);
  if (request.command === 'note') return console.note(request.port, request.text);
  return console.password(request.port, request.password);
}

/** False when the caller is gone. Waits until the bytes are taken: a caller that does not read cannot pile up answers. */
function send(socket: Socket, answer: object): Promise<boolean> {
  if (!socket.writable) return Promise.resolve(false);
  return new Promise((resolve) => {
    socket.write(`${JSON.stringify(answer)}\n`, (error) => resolve(!error));
  });
}
