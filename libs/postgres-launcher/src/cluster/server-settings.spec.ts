import { describe, expect, it } from 'vitest';
import { checkSettings, defaultSettings, settingArguments } from './server-settings.js';

const GIB = 1024 ** 3;

describe('the settings of the server', () => {
  it('are durable by default', () => {
    expect(defaultSettings(8 * GIB, 'on')).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
    });
  });

  it.each([
    [64 * GIB, '256MB'],
    [GIB, '128MB'],
    [64 * 1024 ** 2, '32MB'],
  ])('take for %d bytes of memory %s of shared buffers', (memory, expected) => {
    expect(defaultSettings(memory, 'on')['shared_buffers']).toBe(expected);
  });

  it('can be replaced, but never open a TCP port', () => {
    const chosen = { Max_Connections: '7', listen_addresses: '*' };
    const args = settingArguments(defaultSettings(GIB, 'lz4'), chosen, '/run/x', 5432);
    expect(args).toContain('max_connections=7');
    expect(args).not.toContain('max_connections=60');
    expect(args).toContain('listen_addresses=');
    expect(args).not.toContain('listen_addresses=*');
  });

  it.each(['listen_addresses', 'PORT', 'unix_socket_directories', 'data_directory', 'not a name'])(
    'refuse %s',
    (name) => {
      expect(() => checkSettings({ [name]: 'x' }, () => undefined)).toThrow(
        expect.objectContaining({ code: 'invalid-setting' }),
      );
    },
  );

  it('warn when durability is given up', () => {
    const warned: string[] = [];
    checkSettings({ fsync: 'off', jit: 'on' }, (level, message) => warned.push(`${level}: ${message}`));
    expect(warned).toEqual([expect.stringMatching(/^warn: .*durability/)]);
  });
});
