import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runProgram } from './program.js';

let out: string;
let err: string;

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => void vi.restoreAllMocks());

describe('chargelog', () => {
  it('says its version', async () => {
    expect(await runProgram(['--version'])).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([[[]], [['--rate', '50']], [['--help']]])(
    'names the command of the simulator, which is no part of it (simulate %j)',
    async (args) => {
      expect(await runProgram(['simulate', ...args])).toBe(2);
      expect(err).toContain('npm run simulate -- --help');
      expect(out).toBe('');
    },
  );

  it('ends with 2 for a command that does not exist', async () => {
    expect(await runProgram(['nonsense'])).toBe(2);
    expect(err).toContain("unknown command 'nonsense'");
  });
});
