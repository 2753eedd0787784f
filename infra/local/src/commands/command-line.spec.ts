import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';

import { apps } from '../apps.ts';
import { writeDemo } from '../demo.ts';
import { openLayout } from '../layout.ts';
import { Progress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { namoid } from './command-line.ts';

describe('a command of a service', () => {
  it('is not run for another address than the service has', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'nomo-command-line-'));
    try {
      const layout = openLayout(path.join(folder, '.local'), folder);
      writeDemo(layout, { identity: { url: 'http://localhost:4900' } });
      const context = {
        layout,
        settings: readSettings({}),
        apps,
        progress: new Progress(new PassThrough()),
        signal: AbortSignal.abort(),
      };
      await expect(namoid(context, ['organizations', 'list'])).rejects.toThrow(
        'set IDENTITY_PORT=4900',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
