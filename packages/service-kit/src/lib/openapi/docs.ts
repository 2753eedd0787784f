import { type OpenAPIObject } from '@nestjs/swagger';
import { type Express, type Response } from 'express';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything from here and nothing inline; images also from `data:`, as its style sheet has. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Assets change with a release only, and a day bounds how long an old one is shown. */
const ASSET_CACHE = 'public, max-age=86400';

const assetFolder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** Serves the document at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveDocs(express: Express, document: OpenAPIObject): void {
  const json = JSON.stringify(document);
  express.get('/openapi.json', (_request, response) => {
    response.type('json').send(json);
  });

  // Who follows the bare address of a service is a person; the service may have better to say.
  if (document.paths['/'] === undefined) {
    express.get('/', (_request, response) => {
      response.redirect(303, 'docs');
    });
  }
  const page = pageFor(document.info.title);
  express.get('/docs', (request, response) => {
    // The page refers to its assets relative to its own path.
    if (request.path.endsWith('/')) {
      response.redirect(308, '../docs');
      return;
    }
    response.setHeader('content-security-policy', PAGE_POLICY);
    response.type('html').send(page);
  });
  express.get('/docs/start.js', (_request, response) => {
    cacheable(response).type('js').send(START);
  });
  for (const name of assets) {
    express.get(`/docs/${name}`, (_request, response, next) => {
      // Relative to a root, since a folder on the way to it may be hidden: `.pnpm` is.
      const headers = { 'cache-control': ASSET_CACHE };
      response.sendFile(name, { root: assetFolder, cacheControl: false, headers }, next);
    });
  }
}

function cacheable(response: Response): Response {
  response.setHeader('cache-control', ASSET_CACHE);
  return response;
}

// `validatorUrl` would send the document to a server of the page's makers.
const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  queryConfigEnabled: false,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

function pageFor(title: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <noscript>The description that this page shows is at <a href="openapi.json">openapi.json</a>.</noscript>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
