import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry, Metrics } from '../src/index.js';
import { Counter } from 'prom-client';
import { type Example, startExample } from './example-service.js';
import { RawConnection } from './raw-http.js';

let service: Example;
beforeEach(async () => {
  service = await startExample();
});
afterEach(() => service.close());

async function metrics(from = service): Promise<string> {
  return (await fetch(`${from.url}/metrics`)).text();
}

describe('/health', () => {
  it('tells that the process lives, whatever does not work', async () => {
    service.app.get(HealthRegistry).register('database', () => Promise.reject(new Error()));
    const response = await fetch(`${service.url}/health/live`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'live' });
  });

  it('tells that requests may come', async () => {
    service.app.get(HealthRegistry).register('database', () => Promise.resolve());
    const response = await fetch(`${service.url}/health/ready`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready' });
  });

  it('names what is not ready, and keeps why to the log', async () => {
    const refused = new Error('connect ECONNREFUSED 10.0.0.7:5432');
    service.app.get(HealthRegistry).register('database', () => Promise.reject(refused));
    const response = await fetch(`${service.url}/health/ready`);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'not_ready', notReady: ['database'] });
    expect(text).not.toContain('10.0.0.7');
    expect(service.log()).toContain('10.0.0.7');
  });
});

describe('/metrics', () => {
  it('counts requests by method, route template and status', async () => {
    await fetch(`${service.url}/items/1`);
    await fetch(`${service.url}/items/2`);
    await fetch(`${service.url}/problem`);
    const response = await fetch(`${service.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    const count = 'http_request_duration_seconds_count';
    expect(text).toContain(`${count}{method="GET",route="/items/:id",status="200"} 2`);
    expect(text).toContain(`${count}{method="GET",route="/problem",status="429"} 1`);
    expect(text).toContain('process_cpu_user_seconds_total');
  });

  it('has one label for all that clients make up', async () => {
    await fetch(`${service.url}/made-up/1`);
    await fetch(`${service.url}/made-up/2`, { method: 'DELETE' });
    await fetch(`${service.url}/made-up/3`, { method: 'PROPFIND' });
    const text = await metrics();
    expect(text).not.toContain('made-up');
    expect(text).not.toContain('PROPFIND');
    expect(text).toContain('method="other",route="unmatched",status="404"');
  });

  it('counts what runs, and what its client has left', async () => {
    const connection = await RawConnection.open(service.url);
    connection.send('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
    while (!service.journal.events.includes('never began')) await pause();
    // The one that asks is in flight as well.
    expect(await metrics()).toContain('http_requests_in_flight 2');
    connection.socket.destroy();
    while (!service.journal.events.includes('never aborted')) await pause();
    const text = await metrics();
    expect(text).toContain('http_requests_in_flight 1');
    expect(text).toContain('route="/never",status="aborted"} 1');
  });

  it('belongs to one service, with what its modules add', async () => {
    const { registry } = service.app.get(Metrics);
    new Counter({ name: 'examples_total', help: 'Examples.', registers: [registry] }).inc();
    const other = await startExample();
    await fetch(`${other.url}/greeting`);
    const [ours, theirs] = [await metrics(), await metrics(other)];
    await other.close();
    expect(ours).toContain('examples_total 1');
    expect(theirs).not.toContain('examples_total');
    expect(ours).not.toContain('/greeting');
  });
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
