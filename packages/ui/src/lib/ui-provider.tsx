import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { type ReactElement, type ReactNode } from 'react';

import { cssVariables, theme } from './theme.js';
import './tokens.css';

interface Properties {
  /** The nonce that the page's policy asks of `<style>` tags. */
  readonly styleNonce: string;
  /** Where the browser remembers whether the user asked for light or dark. */
  readonly colorSchemeKey: string;
  readonly children: ReactNode;
}

/** The theme. Light or dark is the system's choice until the user makes one, which is remembered. */
export function UiProvider({ styleNonce, colorSchemeKey, children }: Properties): ReactElement {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={localStorageColorSchemeManager({ key: colorSchemeKey })}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      {children}
    </MantineProvider>
  );
}
