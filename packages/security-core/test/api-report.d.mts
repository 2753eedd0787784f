export function apiReport(): string;
