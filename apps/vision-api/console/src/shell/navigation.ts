import { type NavigationItem } from '@nomo/ui';

/** The pages, in the order in which a customer meets them. */
export const navigation = [
  { label: 'Overview', href: '/', icon: 'overview' },
  { label: 'Keys', href: '/keys', icon: 'keys' },
  { label: 'Playground', href: '/playground', icon: 'playground' },
  { label: 'Usage', href: '/usage', icon: 'usage' },
  { label: 'Audit', href: '/audit', icon: 'audit' },
  { label: 'Account', href: '/account', icon: 'account' },
] as const satisfies readonly NavigationItem[];
