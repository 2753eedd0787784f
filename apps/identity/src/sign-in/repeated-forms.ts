import { Injectable } from '@nestjs/common';
import { BrowserAnswers } from '../oauth/browser/browser-answers.js';
import { InteractionGone } from '../oauth/interactions/interaction.js';
import { Interactions } from '../oauth/interactions/interactions.js';
import { type KeptAnswer, KeptAnswers } from '../oauth/interactions/kept-answers.js';
import { pageOf } from '../oauth/interactions/onward.js';
import { type PostedForm, PostedForms } from './forms/posted-forms.js';
import { leadOn, type PageExchange } from './page-exchange.js';

/** Answers those who click twice: without a script no page of ours can keep them from it. */
@Injectable()
export class RepeatedForms {
  constructor(
    private readonly forms: PostedForms,
    private readonly interactions: Interactions,
    private readonly kept: KeptAnswers,
    private readonly answers: BrowserAnswers,
  ) {}

  /**
   * Does what a form asks for, which `work` has to check. Where this very form was answered a moment
   * ago the browser is led on as it was then; where another one was meanwhile, to the page.
   *
   * @param again what else was done with the answer then, such as setting cookies
   * @throws {InteractionGone} it is over for another reason, or that is too long ago
   */
  async doOnce(
    exchange: PageExchange,
    id: string,
    work: (form: PostedForm) => Promise<void>,
    again?: (kept: KeptAnswer, form: PostedForm) => void,
  ): Promise<void> {
    const { realm, request } = exchange;
    const form = await this.forms.receive(realm, request);
    try {
      await work(form);
    } catch (error) {
      if (!(error instanceof InteractionGone)) throw error;
      const kept = await this.kept.find(realm, request, id, form.digest);
      if (kept === undefined) {
        const pending = await this.interactions.find(realm, request, id);
        if (pending === undefined) throw error;
        const location = pageOf(realm, pending);
        leadOn(this.answers, exchange, { kind: 'redirect', location });
        return;
      }
      if (await this.kept.isRedeemed(realm, kept)) throw error;
      again?.(kept, form);
      leadOn(this.answers, exchange, kept.onward);
    }
  }
}
