import { Body, Controller, Get, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request } from 'express';
import { type Call, CurrentCall } from '../management/call.js';
import { given } from '../management/given.js';
import { found, notFound } from '../management/management.problems.js';
import { IdempotencyKeyHeader, Mutations } from '../management/mutations.js';
import { idParam, ManagementOperation } from '../management/operation.js';
import { cut, PAGE_PARAMETERS } from '../management/pagination.js';
import { asProblem } from './users.problems.js';
import { UsersRepository } from './users.repository.js';
import {
  CreateUser,
  SetPassword,
  showUser,
  UpdateUser,
  UserAnswer,
  UserPage,
  UsersQuery,
} from './users.schemas.js';
import { normalizeEmail, UsersService } from './users.service.js';

const params = { id: 'The id of the user.' };

@ApiTags('users')
@Controller(':org/api/v1/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly repository: UsersRepository,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'users:read',
    summary: 'List users, newest first',
    query: [...PAGE_PARAMETERS, { name: 'email', required: false, schema: { type: 'string' } }],
    answer: UserPage,
  })
  async listUsers(
    @CurrentCall() call: Call,
    @Query({ schema: UsersQuery }) { limit, cursor, email }: UsersQuery,
  ): Promise<UserPage> {
    const rows = await this.mutations.run(call, (tx) =>
      this.repository.list(tx, call.realm, {
        email: email === undefined ? undefined : normalizeEmail(email),
        position: cursor,
        most: limit + 1,
      }),
    );
    return cut(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), showUser);
  }

  @Post()
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'users:write',
    summary: 'Make a user',
    answer: UserAnswer,
    status: 201,
    problems: {
      409: ['email_taken'],
      422: ['password_refused', 'idempotency_key_reused'],
      503: ['overloaded'],
    },
  })
  async createUser(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Body({ schema: CreateUser }) input: CreateUser,
  ): Promise<UserAnswer> {
    try {
      const { password, email, emailVerified, name } = input;
      const passwordHash =
        password === undefined
          ? undefined
          : await this.users.hashChosen(call.realm, { email, name }, password);
      const user = { email, emailVerified, name, passwordHash };
      return await this.mutations.once(call, request, async (tx) =>
        showUser(await this.users.create(tx, call.realm, user, call.origin)),
      );
    } catch (error) {
      return asProblem(error);
    }
  }

  @Get(':id')
  @ManagementOperation({
    scope: 'users:read',
    summary: 'Read a user',
    params,
    answer: UserAnswer,
  })
  async readUser(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<UserAnswer> {
    return this.mutations.run(call, async (tx) =>
      showUser(found(await this.users.find(tx, call.realm, id))),
    );
  }

  @Patch(':id')
  @ManagementOperation({
    scope: 'users:write',
    summary: 'Change a user',
    params,
    answer: UserAnswer,
    problems: { 409: ['email_taken'] },
  })
  async updateUser(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
    @Body({ schema: UpdateUser }) change: UpdateUser,
  ): Promise<UserAnswer> {
    return this.mutations
      .run(call, async (tx) =>
        showUser(
          found(await this.users.update(tx, call.realm, id, given(change), call.origin)),
        ),
      )
      .catch(asProblem);
  }

  @Put(':id/password')
  @ManagementOperation({
    scope: 'users:write',
    summary: 'Set the password of a user; ends every session and grant of theirs',
    params,
    problems: { 422: ['password_refused'], 503: ['overloaded'] },
  })
  async setUserPassword(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
    @Body({ schema: SetPassword }) { password }: SetPassword,
  ): Promise<void> {
    const { realm, origin } = call;
    try {
      const user = found(
        await this.mutations.run(call, (tx) => this.users.find(tx, realm, id)),
      );
      const hash = await this.users.hashChosen(realm, user, password);
      await this.mutations.run(call, async (tx) => {
        if (!(await this.users.setPassword(tx, realm, id, hash, origin))) throw notFound();
      });
    } catch (error) {
      asProblem(error);
    }
  }

  @Post(':id/deactivate')
  @ManagementOperation({
    scope: 'users:write',
    summary: 'Let a user sign in no more; ends every session and grant of theirs',
    params,
    answer: UserAnswer,
  })
  async deactivateUser(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<UserAnswer> {
    return this.mutations.run(call, async (tx) => {
      await this.users.deactivate(tx, call.realm, id, call.origin);
      return showUser(found(await this.users.find(tx, call.realm, id)));
    });
  }

  @Post(':id/activate')
  @ManagementOperation({
    scope: 'users:write',
    summary: 'Let a user sign in again',
    params,
    answer: UserAnswer,
  })
  async activateUser(
    @CurrentCall() call: Call,
    @Param('id', idParam) id: string,
  ): Promise<UserAnswer> {
    return this.mutations.run(call, async (tx) => {
      await this.users.activate(tx, call.realm, id, call.origin);
      return showUser(found(await this.users.find(tx, call.realm, id)));
    });
  }
}
