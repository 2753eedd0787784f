import { Controller, Get, Next, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { generateToken } from '@nomo/security-core';
import { type NextFunction, type Request, type Response } from 'express';
import { Provider } from '../sign-in/provider.js';
import { ConsoleFiles, type ConsoleFile } from './console-files.js';
import { noticePage } from './notice-page.js';
import { contentSecurityPolicy, setPageHeaders } from './page-headers.js';

const PREFIX = '/dashboard/';

/** What is asked for here is a route of another controller, a file, or nothing: never a page. */
const NO_PAGE = /^(?:api|assets|sign-in|sign-out|callback|backchannel-logout)(?:\/|$)/u;

/** Where the build leaves room for the nonce of an answer. */
const NONCE_PLACE = '__CSP_NONCE__';

/** A year: as long as a browser keeps anything. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/**
 * The pages of the console: the files of the build, and the one page for every other address,
 * which knows by itself what to show there.
 */
@ApiExcludeController()
@Controller()
export class ConsoleController {
  constructor(
    private readonly files: ConsoleFiles,
    private readonly provider: Provider,
  ) {}

  /** What another controller answers is left to it, wherever its routes stand. */
  @Get(['dashboard', 'dashboard/*path'])
  async read(
    @Req() request: Request,
    @Res() response: Response,
    @Next() next: NextFunction,
  ): Promise<void> {
    const name = request.path.startsWith(PREFIX) ? request.path.slice(PREFIX.length) : '';
    const file = this.files.find(name);
    if (file !== undefined) {
      sendFile(request, response, file);
      return;
    }
    if (NO_PAGE.test(name)) next();
    else await this.sendPage(response);
  }

  private async sendPage(response: Response): Promise<void> {
    const nonce = generateToken({ bytes: 16 }).reveal();
    const signOutOrigin = await this.provider.endSessionOrigin();
    setPageHeaders(response, contentSecurityPolicy(nonce, signOutOrigin));
    if (!this.provider.isConfigured) {
      response.status(503).end(noticePage(nonce, 'The console is not set up', NOT_CONFIGURED));
    } else if (this.files.index === undefined) {
      response.status(503).end(noticePage(nonce, 'The console is not built', NOT_BUILT));
    } else {
      response.end(this.files.index.replaceAll(NONCE_PLACE, nonce));
    }
  }
}

const NOT_CONFIGURED = [
  'Signing in is left to an OpenID Connect provider, and this service has not been told of one. Set <code>OIDC_ISSUER</code> to its issuer, <code>OIDC_CLIENT_ID</code> and <code>OIDC_CLIENT_SECRET</code> to what it knows the console by, and start the service again.',
  'At the provider the console needs the redirect URI <code>/dashboard/callback</code> and, for signing out, <code>/dashboard/signed-out</code> and <code>/dashboard/backchannel-logout</code>, each after the address of this service.',
];

const NOT_BUILT = [
  'The service runs, and its pages have not been built. Build the package of the console, and start the service again.',
];

function sendFile(request: Request, response: Response, file: ConsoleFile): void {
  const accepted = request.acceptsEncodings(['br', 'gzip', 'identity']);
  const encoding = accepted === 'br' || accepted === 'gzip' ? accepted : undefined;
  const compressed = encoding && file.compressed.get(encoding);
  const { body, etag } = compressed ?? file.plain;
  response.set({
    'content-type': file.type,
    'cache-control': file.immutable ? FOR_GOOD : 'no-cache',
    vary: 'accept-encoding',
    etag,
  });
  if (compressed) response.set('content-encoding', encoding);
  if (request.fresh) {
    response.removeHeader('content-encoding');
    response.status(304).end();
    return;
  }
  response.set('content-length', String(body.length));
  response.end(body);
}
