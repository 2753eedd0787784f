import { type Page } from '../../oauth/browser/oauth-pages.js';
import { type Host, renderPage } from './document.js';
import { Icon, type IconName } from './icons.js';

export interface Notice {
  readonly title: string;
  /** What happened, and what to do: a paragraph each. */
  readonly text: readonly string[];
  readonly mood: 'good' | 'bad' | 'plain';
  readonly icon?: IconName;
  /** What to go on with. */
  readonly link?: { readonly href: string; readonly text: string };
  /** A stable name of what went wrong, for whoever is asked for help. */
  readonly code?: string;
  readonly showRequestId?: boolean;
}

const ICONS: Readonly<Record<Notice['mood'], IconName>> = {
  good: 'check',
  bad: 'alert',
  plain: 'door',
};

/** Says what happened. */
export function noticePage(host: Host, notice: Notice): Page {
  const { title, text, mood, icon = ICONS[mood], link, code, showRequestId } = notice;
  return renderPage(host, {
    title,
    ...(showRequestId !== undefined && { showRequestId }),
    content: (
      <>
        <div class={mood === 'plain' ? 'mark' : `mark ${mood}`}>
          <Icon name={icon} size={26} />
        </div>
        <h1>{title}</h1>
        {text.map((paragraph) => (
          <p>{paragraph}</p>
        ))}
        {code !== undefined && (
          <p class="fine">
            <code>{code}</code>
          </p>
        )}
        {link !== undefined && (
          <div class="actions">
            <a class="button primary" href={link.href}>
              {link.text}
            </a>
          </div>
        )}
      </>
    ),
  });
}
