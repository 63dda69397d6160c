import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADMIN_KEY, Receiver, SECRET } from '@test/simulator/receiver.js';
import { runProgram } from './program.js';

let dir: string;
let out: string;
let err: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chargelog-simulator-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

function credentialsFor(baseUrl: string, adminKey = ADMIN_KEY): string {
  const path = join(dir, 'credentials.json');
  const webhooks = [{ source: 'ampeco', path: '/webhooks/ampeco', secret: SECRET }];
  writeFileSync(path, JSON.stringify({ baseUrl, adminKey, webhooks }));
  return path;
}

describe('the simulator', () => {
  it('says its version', async () => {
    expect(await runProgram(['--version'])).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
  it('sends a run and ends with an account that agrees', async () => {
    const receiver = await Receiver.start();
    const args = ['--credentials', credentialsFor(receiver.baseUrl), '--rate', '400', '--duration', '500ms'];
    const code = await runProgram([...args, '--seed', '5', '--json', '--duplicates', '0', '--reorder', '0']);
    await receiver.stop();

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ seed: 5, notifications: 200, verdict: 'agrees' });
    expect(receiver.events).toHaveLength(200);
    expect(out + err).not.toContain(SECRET);
    expect(out + err).not.toContain(ADMIN_KEY);
  });

  it('ends with 1 when the account differs', async () => {
    const receiver = await Receiver.start();
    receiver.misbehave = (_request, response) => {
      response.writeHead(202).end('{"outcome":"stored","eventId":"nowhere"}');
      receiver.store({ notification: 'something else', n: receiver.received.length });
      return true;
    };
    const args = [
      '--credentials',
      credentialsFor(receiver.baseUrl),
      '--rate',
      '20',
      '--duration',
      '500ms',
      '--quiet',
    ];
    const running = runProgram([...args, '--duplicates', '0', '--reorder', '0']);
    await eventually(() => receiver.received.length === 10);
    // Ctrl-C twice ends the waiting for what will never appear.
    process.emit('SIGINT');
    // Later than the half second in which a second signal is taken for npm's copy of the first: time is what decides here.
    await new Promise((resolve) => setTimeout(resolve, 600));
    process.emit('SIGINT');
    const code = await running;
    await receiver.stop();

    expect(code).toBe(1);
    expect(out).toContain('DIFFERS: the gateway’s feed has 0 of 10 notifications.');
  });

  it('ends with 69 and a hint when no gateway answers', async () => {
    const receiver = await Receiver.start();
    const { baseUrl } = receiver;
    await receiver.stop();

    expect(await runProgram(['--credentials', credentialsFor(baseUrl)])).toBe(69);
    expect(err).toContain('ECONNREFUSED');
    expect(err).toContain('npm start');
  });

  it('ends with 2 when the gateway does not know the admin key', async () => {
    const receiver = await Receiver.start();
    const code = await runProgram(['--credentials', credentialsFor(receiver.baseUrl, 'wrong')]);
    await receiver.stop();

    expect(code).toBe(2);
    expect(err).toContain('The admin key does not fit this gateway');
  });

  it.each([
    [['--rate', 'fast'], 'It must be a number above 0.'],
    [['--rate', '0'], 'It must be a number above 0.'],
    [['--duration', '30'], 'like 500ms, 30s, 5m or 1h'],
    [['--duplicates', '101'], 'from 0 to 100'],
    [['--charge-points', '0'], 'from 1 to 10000'],
    [['--kafka', 'localhost'], 'It must be host:port'],
    [['--kafka', 'localhost:9092'], '--kafka needs --topic'],
    [['--kafka', 'localhost:9092', '--topic', 't', '--sasl-username', 'u'], 'SASL needs'],
    [['--transport', 'both'], '--transport both needs --kafka'],
    [['--transport', 'webhook', '--kafka', 'localhost:9092'], 'sends nothing there'],
    [['--nonsense'], 'unknown option'],
  ])('refuses %j with 2', async (args, message) => {
    expect(await runProgram(args)).toBe(2);
    expect(err).toContain(message);
  });

  it('ends with 2 and says what to do without credentials', async () => {
    expect(await runProgram(['--credentials', join(dir, 'none.json')])).toBe(2);
    expect(err).toContain('npm start');
  });

  it('explains itself with examples', async () => {
    expect(await runProgram(['--help'])).toBe(0);
    expect(out).toContain('Usage: npm run simulate -- [options]');
    expect(out).toContain('npm run simulate -- --rate 50 --duration 30s');
  });
});

async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
