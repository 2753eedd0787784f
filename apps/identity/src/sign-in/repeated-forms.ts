import { Injectable } from '@nestjs/common';
import { BrowserAnswers } from '../oauth/browser/browser-answers.js';
import { InteractionGone } from '../oauth/interactions/interaction.js';
import { Interactions } from '../oauth/interactions/interactions.js';
import { leadOn, type PageExchange } from './page-exchange.js';

/** Answers those who click twice: without a script no page of ours can keep them from it. */
@Injectable()
export class RepeatedForms {
  constructor(
    private readonly interactions: Interactions,
    private readonly answers: BrowserAnswers,
  ) {}

  /**
   * Does what a form asks for. Where its interaction is over as this browser has answered a moment
   * ago, the browser is led on as it was then.
   *
   * @throws {InteractionGone} it is over for another reason, or that is too long ago
   */
  async doOnce(exchange: PageExchange, id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof InteractionGone)) throw error;
      const { realm, request } = exchange;
      const onward = await this.interactions.lastAnswer(realm, request, id);
      if (onward === undefined) throw error;
      leadOn(this.answers, exchange, onward);
    }
  }
}
