import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { HealthRegistry } from './health.js';

const logged: unknown[] = [];
const note = (...entry: unknown[]): void => {
  logged.push(entry);
};

describe('HealthRegistry', () => {
  beforeEach(() => {
    logged.length = 0;
    Logger.overrideLogger({ log: note, warn: note, error: note });
  });

  it('is ready when every check passes, and names those that fail', async () => {
    const health = new HealthRegistry();
    expect(await health.readiness()).toEqual({ ready: true, notReady: [] });
    health.register('database', () => Promise.resolve());
    health.register('cache', () => Promise.reject(new Error('10.0.0.7 refused')));
    health.register('engine', () => {
      throw new Error('thrown at once');
    });
    expect(await health.readiness()).toEqual({ ready: false, notReady: ['cache', 'engine'] });
  });

  it('counts a check that does not answer in time as failed, and tells it to stop', async () => {
    const health = new HealthRegistry();
    let signal: AbortSignal | undefined;
    const hang = (given: AbortSignal): Promise<never> => {
      signal = given;
      return new Promise(() => undefined);
    };
    health.register('database', hang, 5);
    expect(await health.readiness()).toEqual({ ready: false, notReady: ['database'] });
    expect(signal?.aborted).toBe(true);
  });

  it('runs each check once for all who ask at the same time, and again for the next', async () => {
    const health = new HealthRegistry();
    let runs = 0;
    health.register('database', () => {
      runs += 1;
      return Promise.resolve();
    });
    await Promise.all([health.readiness(), health.readiness(), health.readiness()]);
    expect(runs).toBe(1);
    await health.readiness();
    expect(runs).toBe(2);
  });

  it('recovers', async () => {
    const health = new HealthRegistry();
    let works = false;
    health.register('database', () =>
      works ? Promise.resolve() : Promise.reject(new Error()),
    );
    expect(await health.readiness()).toMatchObject({ ready: false });
    works = true;
    expect(await health.readiness()).toMatchObject({ ready: true });
  });

  it('logs a change, and not every probe', async () => {
    const health = new HealthRegistry();
    let works = false;
    health.register('database', () =>
      works ? Promise.resolve() : Promise.reject(new Error()),
    );
    await health.readiness();
    await health.readiness();
    expect(logged).toHaveLength(1);
    works = true;
    await health.readiness();
    await health.readiness();
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain('database is ready');
    works = false;
    await health.readiness();
    works = true;
    await health.readiness();
    expect(logged[3]).toContain('database is ready again');
  });

  it('is not ready while the service stops', async () => {
    const health = new HealthRegistry();
    health.beginShutdown();
    expect(await health.readiness()).toEqual({ ready: false, notReady: ['shutdown'] });
  });

  it('refuses a second check of the same name', () => {
    const health = new HealthRegistry();
    health.register('database', () => Promise.resolve());
    expect(() => {
      health.register('database', () => Promise.resolve());
    }).toThrow('database already');
  });
});
