import { type Case } from './case.js';
import { tokenCase } from './cases-of-grants.js';
import {
  ask,
  type Parameter,
  PROOF_THUMBPRINT,
  type ProofChange,
  proofFor,
  redemptionOf,
} from './flows.js';
import { type Side } from './side.js';

const proof = (change: ProofChange = {}): ((side: Side) => Promise<Record<string, string>>) => {
  return async (side) => ({ dpop: await proofFor(side, 'POST', '/token', change) });
};

const redeeming = (side: Side): Promise<readonly Parameter[]> => redemptionOf(side, 'bound');
const now = (): number => Math.floor(Date.now() / 1_000);

/** DPoP proofs, right and wrong. */
export const CASES_OF_PROOFS: readonly Case[] = [
  tokenCase('DPoP: a proof', 'bound', redeeming, proof()),
  tokenCase(
    'DPoP: a proof that nobody asked for',
    'basic',
    (side) => redemptionOf(side, 'basic'),
    proof(),
  ),
  tokenCase('DPoP: no proof where one is due', 'bound', redeeming),
  tokenCase('DPoP: a proof that is no JWT', 'bound', redeeming, () =>
    Promise.resolve({ dpop: 'wrong' }),
  ),
  tokenCase(
    'DPoP: a proof of another method',
    'bound',
    redeeming,
    proof({ claims: { htm: 'GET' } }),
  ),
  tokenCase(
    'DPoP: a proof of another address',
    'bound',
    redeeming,
    proof({ claims: { htu: 'https://other.example.com/token' } }),
  ),
  tokenCase('DPoP: a proof of another endpoint', 'bound', redeeming, async (side) => ({
    dpop: await proofFor(side, 'POST', '/par'),
  })),
  tokenCase('DPoP: a proof with a query in its address', 'bound', redeeming, async (side) => ({
    dpop: await proofFor(side, 'POST', '/token?a=b'),
  })),
  tokenCase(
    'DPoP: a proof of an hour ago',
    'bound',
    redeeming,
    proof({ claims: { iat: now() - 3_600 } }),
  ),
  tokenCase(
    'DPoP: a proof of tomorrow',
    'bound',
    redeeming,
    proof({ claims: { iat: now() + 86_400 } }),
  ),
  tokenCase(
    'DPoP: a proof without a time',
    'bound',
    redeeming,
    proof({ claims: { iat: undefined } }),
  ),
  tokenCase(
    'DPoP: a proof without an identifier',
    'bound',
    redeeming,
    proof({ claims: { jti: undefined } }),
  ),
  tokenCase(
    'DPoP: a proof without a method',
    'bound',
    redeeming,
    proof({ claims: { htm: undefined } }),
  ),
  tokenCase(
    'DPoP: a proof of another type',
    'bound',
    redeeming,
    proof({ header: { typ: 'JWT' } }),
  ),
  tokenCase(
    'DPoP: a proof without its key',
    'bound',
    redeeming,
    proof({ header: { jwk: undefined } }),
  ),
  tokenCase(
    'DPoP: a proof with a symmetric key',
    'bound',
    redeeming,
    proof({ header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } }),
  ),
  tokenCase('DPoP: a proof that was used before', 'bound', redeeming, async (side) => {
    const dpop = await proofFor(side, 'POST', '/token');
    await ask(side, 'bound', '/token', [['grant_type', 'client_credentials']], { dpop });
    return { dpop };
  }),
  tokenCase(
    'DPoP: a code bound to the key of the proof',
    'basic',
    (side) => redemptionOf(side, 'basic', [['dpop_jkt', PROOF_THUMBPRINT]]),
    proof(),
  ),
  tokenCase(
    'DPoP: a code bound to another key',
    'basic',
    (side) => redemptionOf(side, 'basic', [['dpop_jkt', 'x'.repeat(43)]]),
    proof(),
  ),
  tokenCase('DPoP: a code bound to a key, without a proof', 'basic', (side) =>
    redemptionOf(side, 'basic', [['dpop_jkt', PROOF_THUMBPRINT]]),
  ),
];
