import { z } from 'zod';

const NAME = 'nomosly-session';

/** What the tabs of this console tell each other. */
const Message = z.object({
  news: z.enum(['signed-in', 'signed-out']),
  /** Which of them tells it. */
  tab: z.string(),
});

type News = z.infer<typeof Message>['news'];

const tab = crypto.randomUUID();

/** Tells the other tabs. */
export function announce(news: News): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage({ news, tab } satisfies z.infer<typeof Message>);
  channel.close();
}

/** Calls back when another tab has told this. Returns what ends it. */
export function onNews(news: News, listener: () => void): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', ({ data }) => {
    const { success, data: message } = Message.safeParse(data);
    // A channel is also heard in the tab that speaks.
    if (success && message.news === news && message.tab !== tab) listener();
  });
  return () => {
    channel.close();
  };
}
