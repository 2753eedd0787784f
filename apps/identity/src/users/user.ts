/** A person of one realm. */
export interface User {
  /** The `sub` of their tokens. */
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly status: 'active' | 'deactivated';
  readonly hasPassword: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSignInAt: Date | undefined;
}
