import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, it } from '@jest/globals';

import { findFreePort } from './free-port.ts';

async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await findFreePort());
  return ports;
}

it('finds another port each time, below those of outgoing connections', async () => {
  const ports = await findFreePorts(30);
  expect(new Set(ports).size).toBe(30);
  expect(Math.min(...ports)).toBeGreaterThan(1023);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

it.each(['0.0.0.0', '127.0.0.1'])(
  'passes over a port that somebody listens on at %s',
  async (address) => {
    const [port = 0] = await findFreePorts(1);
    const stranger = createServer().listen(port, address);
    await once(stranger, 'listening');
    try {
      // More than the process has: it comes by the taken one.
      expect(await findFreePorts(60)).not.toContain(port);
    } finally {
      stranger.close();
    }
  },
);
