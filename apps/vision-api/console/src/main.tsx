import '@mantine/core/styles.css';
import './console.css';

import { UiProvider } from '@nomo/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { ApiContext } from './api/api-context.js';
import { ConsoleApi } from './api/console-api.js';
import { createQueryClient } from './api/queries.js';
import { router } from './router.js';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

createRoot(root).render(
  <StrictMode>
    <UiProvider styleNonce={nonce} colorSchemeKey="nomosly-color-scheme">
      <ApiContext value={new ConsoleApi()}>
        <QueryClientProvider client={createQueryClient()}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ApiContext>
    </UiProvider>
  </StrictMode>,
);
