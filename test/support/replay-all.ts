import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';
import type { GatewayProcess } from './gateway-process.js';

export interface FinishedReplay {
  readonly replayId: string;
  /** What was sent, in the order in which it came. */
  readonly bodies: readonly string[];
}

/** Replays everything that a key sees to a sink of its own. */
export async function replayAll(
  gateway: GatewayProcess,
  key: string,
  data: 'normalized' | 'raw' = 'normalized',
): Promise<FinishedReplay> {
  const bodies: string[] = [];
  const sink = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
    const { status, body } = await gateway.api<{ replayId: string }>('/v1/replays', {
      method: 'POST',
      key,
      body: { data, target: { url } },
    });
    if (status !== 202) throw new Error(`a replay was answered with ${status}: ${JSON.stringify(body)}`);
    await eventually(
      async () => (await gateway.api<{ state: string }>(`/v1/replays/${body.replayId}`, { key })).body.state,
      (state) => state === 'completed',
    );
    return { replayId: body.replayId, bodies };
  } finally {
    sink.closeAllConnections();
    sink.close();
  }
}
