import { type Response } from 'express';
import { sendPage } from './page-sender.js';
import { noticePage } from './pages/notice-page.js';

/** Says to a person that there is nothing at this address. */
export function sendNotFoundPage(response: Response): void {
  const page = noticePage(undefined, {
    title: 'There is nothing here',
    text: ['Check the address, or go back to where you came from.'],
    mood: 'bad',
  });
  sendPage(response, 404, page);
}
