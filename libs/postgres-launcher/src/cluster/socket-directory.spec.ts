import { describe, expect, it } from 'vitest';
import { placeAt } from './data-layout.js';
import { socketDirectoryFor, socketFile } from './socket-directory.js';

describe('the folder of the socket', () => {
  it('lies beside the cluster when the path is short enough', () => {
    expect(socketDirectoryFor(placeAt('/var/lib/gateway/postgres'))).toBe('/var/lib/gateway/postgres/socket');
  });

  it('is a folder named by a hash in the temporary directory when the path is too long for a socket', () => {
    const deep = `/srv/${'ä'.repeat(40)}/postgres`;
    const directory = socketDirectoryFor(placeAt(deep), '/tmp');
    expect(directory).toMatch(/^\/tmp\/chargelog-[0-9a-f]{16}$/);
    expect(Buffer.byteLength(socketFile(directory))).toBeLessThan(100);
    expect(socketDirectoryFor(placeAt(`${deep}2`), '/tmp')).not.toBe(directory);
  });

  it('avoids characters that have a meaning in the list of socket directories', () => {
    expect(socketDirectoryFor(placeAt('/srv/a,b/postgres'), '/tmp')).toMatch(/^\/tmp\/chargelog-/);
  });
});
