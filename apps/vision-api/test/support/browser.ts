/** A cookie that a server has set. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Attributes as they were sent, without the value. */
  readonly attributes: readonly string[];
}

/** A browser that keeps cookies by host and path, and goes where it is sent only when told to. */
export class TestBrowser {
  private readonly cookies = new Map<string, { path: string; host: string; value: string }>();
  /** What was set by the last answer. */
  lastCookies: readonly SetCookie[] = [];

  /** A second browser with the same cookies: somebody has stolen them. */
  clone(): TestBrowser {
    const other = new TestBrowser();
    for (const [key, cookie] of this.cookies) other.cookies.set(key, cookie);
    return other;
  }

  cookie(name: string): string | undefined {
    return [...this.cookies].find(([key]) => key.endsWith(` ${name}`))?.[1].value;
  }

  setCookie(url: string, name: string, value: string, path = '/dashboard'): void {
    const { host } = new URL(url);
    this.cookies.set(`${host} ${name}`, { host, path, value });
  }

  /** Sends one request with the cookies that are for it, and follows nothing. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const { host, pathname } = new URL(url);
    const cookie = [...this.cookies]
      .filter(([, kept]) => kept.host === host && pathname.startsWith(kept.path))
      .map(([key, { value }]) => `${key.split(' ')[1] ?? ''}=${value}`)
      .join('; ');
    const headers = new Headers(init.headers);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { redirect: 'manual', ...init, headers });
    this.lastCookies = response.headers.getSetCookie().map((line) => {
      const [pair = '', ...attributes] = line.split('; ');
      const equals = pair.indexOf('=');
      return { name: pair.slice(0, equals), value: pair.slice(equals + 1), attributes };
    });
    for (const { name, value, attributes } of this.lastCookies) {
      const path = attributes.find((text) => /^path=/iu.test(text))?.slice(5) ?? '/';
      const gone =
        value === '' ||
        attributes.some((text) => /^(?:max-age=0|expires=thu, 01 jan 1970)/iu.test(text));
      if (gone) this.cookies.delete(`${host} ${name}`);
      else this.cookies.set(`${host} ${name}`, { host, path, value });
    }
    return response;
  }

  /**
   * Goes where it is sent until an answer is no redirect, or the next address begins with `until`.
   *
   * @returns the last answer, and where it came from or points to
   */
  async follow(url: string, until = 'nowhere'): Promise<{ url: string; response: Response }> {
    let at = url;
    for (let hops = 0; hops < 12; hops += 1) {
      const response = await this.send(at);
      const location = response.headers.get('location');
      if (location === null) return { url: at, response };
      at = new URL(location, at).href;
      if (at.startsWith(until)) return { url: at, response };
    }
    throw new Error(`there is no end to the redirects: ${at}`);
  }
}
