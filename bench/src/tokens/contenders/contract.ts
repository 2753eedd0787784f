/** An application of a contender that may ask for tokens in its own name and for its users. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where a contender answers, and what is sent there. */
export interface Served {
  readonly origin: string;
  readonly tokenPath: string;
  readonly clients: readonly Client[];
  /** Live refresh tokens of the first client, each of a grant of its own. */
  readonly refreshTokens: readonly string[];
}

/** What issues tokens over HTTP. */
export interface TokenIssuer {
  served(argument: null): Promise<Served>;
}

/** What every contender is made for. */
export interface IssuerSetup {
  readonly databaseUrl: string;
  /** Connections to PostgreSQL of one process. */
  readonly connections: number;
  readonly clients: readonly Client[];
  /** How many refresh tokens to make; the first process of a contender makes them all. */
  readonly refreshTokens: number;
  /** The key pair of the issuer, the same in all its processes: RSA, 2048 bits. */
  readonly privateJwk: Readonly<Record<string, unknown>>;
}

/** The API that every access token is for, and what it allows there. */
export const AUDIENCE = 'https://api.example.com';
export const SCOPE = 'read:reports';
/** What a refresh token was granted: an ID token comes with each answer. */
export const USER_SCOPE = `openid offline_access ${SCOPE}`;
