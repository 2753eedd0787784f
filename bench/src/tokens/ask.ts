import type { Form } from './token-load.ts';

/** Sends a form once. @throws Error when the answer is none of 2xx */
export async function ask(
  origin: string,
  { path, client, parameters }: Form,
): Promise<Readonly<Record<string, unknown>>> {
  const credentials = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString(
    'base64',
  );
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams(parameters),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Asks for tokens once. A refresh token that is asked with is used up. */
export async function accessTokenFor(origin: string, form: Form): Promise<string> {
  const { access_token: token } = await ask(origin, form);
  if (typeof token !== 'string')
    throw new Error(`${form.path} answered without an access token`);
  return token;
}
