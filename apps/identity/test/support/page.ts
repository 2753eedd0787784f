import { type TestBrowser } from './browser.js';

/** A form as it stands on a page. */
export interface PageForm {
  readonly action: string;
  /** Hidden fields, and what fields hold at first. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A page that a browser got. */
export interface OpenPage {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly title: string;
  readonly forms: readonly PageForm[];
}

/** Opens an address. Follows redirects within its own origin. */
export async function open(
  browser: TestBrowser,
  url: string,
  init: RequestInit = {},
): Promise<OpenPage> {
  const response = await browser.send(url, init);
  const location = response.headers.get('location');
  if (location !== null && new URL(location).origin === new URL(url).origin) {
    return open(browser, location);
  }
  return pageOf(url, response);
}

/** Sends a form. Follows nothing. */
export async function submit(
  browser: TestBrowser,
  form: PageForm | undefined,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenPage> {
  if (form === undefined) throw new Error('the page has no such form');
  const response = await browser.send(form.action, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ ...form.fields, ...fields }).toString(),
  });
  return pageOf(form.action, response);
}

/** What a page says whenever it is opened: but for the tokens of its forms, which are new each time. */
export function lastingPart({ html }: OpenPage): string {
  return html.replaceAll(/(?<=name="form_token" value=")[^"]+/g, '…');
}

async function pageOf(url: string, response: Response): Promise<OpenPage> {
  const html = await response.text();
  return {
    url,
    status: response.status,
    headers: response.headers,
    html,
    title: text(/<title>([^<]*)</.exec(html)?.[1] ?? ''),
    forms: [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(
      ([, head = '', inner = '']) => ({
        action: attribute(head, 'action'),
        fields: Object.fromEntries(
          [...inner.matchAll(/<input([^>]*)>/g)].map(([, input = '']) => [
            attribute(input, 'name'),
            attribute(input, 'value'),
          ]),
        ),
      }),
    ),
  };
}

function attribute(tag: string, name: string): string {
  const [, value = ''] = tag.split(`${name}="`);
  return text(value.split('"')[0] ?? '');
}

function text(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
