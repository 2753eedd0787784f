import { type Branding } from '../../realms/realm.js';
import { contrast, distinctFrom, mix, readableOn } from './colors.js';

/** What cards are by day and by night, as in the stylesheet. */
const CARD = { day: '#ffffff', night: '#181b21' } as const;
/** WCAG 2.2: text (1.4.3), and the edges of what can be operated (1.4.11). */
const TEXT = 4.5;
const EDGE = 3;

/** Colours are worked out once for as long as an organization is remembered. */
const themes = new WeakMap<Branding, string>();

/**
 * An organization's colours as the custom properties that the stylesheet uses, by day and by
 * night. Whatever colours were chosen, text on them can be read.
 */
export function themeOf(branding: Branding): string {
  const theme = themes.get(branding) ?? newThemeOf(branding);
  themes.set(branding, theme);
  return theme;
}

function newThemeOf({ primaryColor, backgroundColor }: Branding): string {
  const onPrimary = readableOn(primaryColor);
  const onPage = readableOn(backgroundColor);
  const day = {
    primary: primaryColor,
    'on-primary': onPrimary,
    // Away from the text on it, so that it can be read all the better.
    'primary-hover': mix(primaryColor, readableOn(onPrimary), 0.12),
    'primary-edge': distinctFrom(primaryColor, CARD.day, EDGE),
    link: distinctFrom(primaryColor, CARD.day, TEXT),
    page: backgroundColor,
    'on-page': onPage,
    'on-page-soft': quieter(onPage, backgroundColor),
  };
  const night = {
    'primary-edge': distinctFrom(primaryColor, CARD.night, EDGE),
    link: distinctFrom(primaryColor, CARD.night, TEXT),
    // Nobody wants to be lit up by a page at night, whatever its colour is by day.
    page: '#101216',
    'on-page': '#f2f3f5',
    'on-page-soft': '#a9afba',
  };
  return `${block(day)}@media (prefers-color-scheme:dark){${block(night)}}`;
}

function block(properties: Readonly<Record<string, string>>): string {
  const lines = Object.entries(properties).map(([name, value]) => `--${name}:${value}`);
  return `:root{${lines.join(';')}}`;
}

/** Quieter than a text, and still readable. */
function quieter(text: string, background: string): string {
  const soft = mix(text, background, 0.3);
  return contrast(soft, background) >= TEXT ? soft : text;
}
