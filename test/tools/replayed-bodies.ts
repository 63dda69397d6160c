import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, type GatewayProcess } from '@chargelog/testing';

/** The bodies that a replay of everything sends. */
export async function replayedBodies(
  gateway: GatewayProcess,
  data: string,
  key: string,
): Promise<readonly string[]> {
  const received: string[] = [];
  const sink = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
    const { body } = await gateway.api<{ replayId: string }>('/v1/replays', {
      method: 'POST',
      key,
      body: { data, target: { url } },
    });
    await eventually(
      async () => (await gateway.api<{ state: string }>(`/v1/replays/${body.replayId}`, { key })).body.state,
      (state) => state === 'completed',
    );
    return received;
  } finally {
    sink.closeAllConnections();
    sink.close();
  }
}
