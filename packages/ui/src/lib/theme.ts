import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** From a wash to the darkest; 6 and 7 carry white text. */
const petrol: MantineColorsTuple = [
  '#e6f5f3',
  '#cae9e5',
  '#a2d9d3',
  '#7ecfc7',
  '#5ccbc4',
  '#2b9a95',
  '#118280',
  '#0b6e6c',
  '#095957',
  '#064341',
];

/** Mantine's own dark greys, in the tone of the canvas: 0 is text, 6 a surface, 7 the page. */
const dark: MantineColorsTuple = [
  '#eceeee',
  '#bac1c5',
  '#949da3',
  '#6f787f',
  '#3a4247',
  '#2a3034',
  '#161a1c',
  '#0f1213',
  '#0b0d0e',
  '#070808',
];

/** For what cannot be undone; 6 and 7 carry white text. */
const red: MantineColorsTuple = [
  '#fbe9e7',
  '#f6d0cc',
  '#f2938c',
  '#e5655d',
  '#d94a42',
  '#cf3a33',
  '#c5302b',
  '#b02a26',
  '#8f211e',
  '#6e1917',
];

const gray: MantineColorsTuple = [
  '#f7f6f3',
  '#f1f0ec',
  '#e4e2dc',
  '#d6d4cd',
  '#c2c0b9',
  '#8b8a84',
  '#646870',
  '#4a4e54',
  '#303338',
  '#1a1c1e',
];

const sans =
  "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif";

export const theme = createTheme({
  colors: { petrol, red, dark, gray },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: sans,
  fontFamilyMonospace: 'var(--ui-mono)',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontFamily: sans,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: { defaultProps: { radius: 'md' } },
    Modal: {
      defaultProps: {
        radius: 'lg',
        centered: true,
        // It would write a style tag of its own, without the nonce; `tokens.css` locks the page.
        lockScroll: false,
        // A dialog's head is no banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
    },
  },
});

const both = {
  '--mantine-color-body': 'var(--ui-canvas)',
  '--mantine-color-text': 'var(--ui-ink)',
  '--mantine-color-dimmed': 'var(--ui-ink-faint)',
  '--mantine-color-placeholder': 'var(--ui-ink-faint)',
  '--mantine-color-anchor': 'var(--ui-accent)',
  '--mantine-color-error': 'var(--ui-bad)',
  '--mantine-color-default': 'var(--ui-surface)',
  '--mantine-color-default-hover': 'var(--ui-sunken)',
  '--mantine-color-default-color': 'var(--ui-ink)',
  '--mantine-color-default-border': 'var(--ui-line)',
};

/** Gives Mantine's components the colours of `tokens.css`. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: both,
  dark: both,
});
