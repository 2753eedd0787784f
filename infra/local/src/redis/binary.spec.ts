import { describe, expect, it } from '@jest/globals';

import { packagesToUnpack } from './binary.ts';

describe('packagesToUnpack', () => {
  it('takes the server and the libraries this machine lacks, and nothing else', () => {
    const simulation = `NOTE: This is only a simulation!
Inst adduser (3.134 Debian:12.15/oldstable [all])
Inst libjemalloc2 (5.3.0-1 Debian:12.15/oldstable [amd64])
Inst libc6 [2.36-9] (2.36-10 Debian:12.15/oldstable [amd64])
Inst libssl3 [3.0.15-1] (3.0.17-1 Debian:12.15/oldstable [amd64])
Inst lua-cjson (2.1.0-1 Debian:12.15/oldstable [amd64])
Inst redis-tools (5:7.0.15-1 Debian:12.15/oldstable [amd64])
Inst redis-server (5:7.0.15-1 Debian:12.15/oldstable [amd64])
Conf libjemalloc2 (5.3.0-1 Debian:12.15/oldstable [amd64])
`;
    expect(packagesToUnpack(simulation)).toEqual([
      'libjemalloc2',
      'libssl3',
      'lua-cjson',
      'redis-tools',
      'redis-server',
    ]);
  });
});
