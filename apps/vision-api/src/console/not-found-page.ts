import { generateToken } from '@nomo/security-core';
import { type Response } from 'express';
import { noticePage } from './notice-page.js';
import { contentSecurityPolicy, setPageHeaders } from './page-headers.js';

/** Says to a person that there is nothing at this address, and what they may have looked for. */
export function sendNotFoundPage(response: Response): void {
  const nonce = generateToken({ bytes: 16 }).reveal();
  setPageHeaders(response, contentSecurityPolicy(nonce, undefined));
  response.status(404).end(noticePage(nonce, 'There is nothing here', ELSEWHERE));
}

const ELSEWHERE = [
  'Keys, usage and the playground are in <a href="/dashboard">the console</a>.',
  'What programs can ask of this service is in <a href="/docs">its reference</a>.',
];
