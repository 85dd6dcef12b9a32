"""People who sign in, and what each is at a pharmacy."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models

from pestle.records.history import keeps_history
from pestle.records.pharmacies import Bench, Pharmacy
from pestle.terms.look import Look
from pestle.terms.roles import MAY_SEE_PATIENTS, Role


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; Django's own commands ask for these names."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """This will make an account that may sign in."""
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """This will make an account that keeps the program; it still sees no patient without a Worker."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. What they may do follows from their Worker rows, not from here."""

    username = models.CharField(max_length=40, unique=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """This will give the name as Django's own pages ask for it."""
        return self.name


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Questions about workers."""

    def active(self) -> "WorkerQuerySet":
        """This will leave out who no longer works here."""
        return self.filter(is_active=True)

    def program(self, pharmacy: Pharmacy) -> "Worker":
        """This will give the worker under whose name the program itself acts at a pharmacy."""
        return self.get(pharmacy=pharmacy, role_names=[Role.PROGRAM.value])


@keeps_history(leaves_out=("look", "pin"))
class Worker(models.Model):
    """One person's work at one pharmacy: their roles, badge and PIN."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="workers")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="workers")
    given = models.CharField(max_length=40)
    family = models.CharField(max_length=40, blank=True)
    credential = models.CharField(max_length=20, blank=True, help_text="As worn on the badge: CPhT, PharmD.")
    role_names = ArrayField(models.CharField(max_length=24))
    licence = models.CharField(max_length=30, blank=True)
    badge = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the badge's code; empty: no badge.")
    pin = models.CharField(max_length=128, blank=True, help_text="Hashed like a password.")
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True, blank=True)
    look = models.CharField(
        max_length=8, blank=True, choices=[(each.value, each.words) for each in Look], help_text="Empty: as the bench."
    )
    is_active = models.BooleanField(default=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pharmacy", "account"], name="worker_once_per_pharmacy"),
            models.UniqueConstraint(
                fields=["pharmacy", "badge"], condition=~models.Q(badge=""), name="badge_belongs_to_one_worker"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def roles(self) -> frozenset[Role]:
        """Who this worker is today; nobody once they have left."""
        return frozenset(Role(name) for name in self.role_names) if self.is_active else frozenset()

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}".strip()

    @property
    def short_name(self) -> str:
        return self.given

    @property
    def initials(self) -> str:
        return (self.given[:1] + self.family[:1]).upper()

    @property
    def may_see_patients(self) -> bool:
        return not self.roles.isdisjoint(MAY_SEE_PATIENTS)


class Shift(models.Model):
    """Who stood at which bench, from when to when."""

    bench = models.ForeignKey(Bench, on_delete=models.PROTECT, related_name="shifts")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="shifts")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bench"], condition=models.Q(until_at=None), name="one_worker_at_a_bench_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.worker} at {self.bench}"
