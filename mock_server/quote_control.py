"""What a submission would get in an account, before anybody sends it."""

from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.emulator import Emulator
from mock_server.intake.finding import refusals
from mock_server.intake.intake import Intake
from mock_server.quoting import as_fields, estimate_of
from mock_server.validation import Validation


class QuoteControl:
    """The control interface's estimates of requests: mode, price, media and video, without a job."""

    def __init__(self, emulator: Emulator, intake: Intake) -> None:
        """Estimate what *emulator* would accept, whose requests bring media for *intake* to look at."""
        self._contract = emulator.contract
        self._settings = emulator.settings
        self._intake = intake
        self._validation = Validation(emulator.contract)

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {"/_mock/quote": {"POST": self.quote}}

    async def quote(self, call: Call) -> Answer:
        """Tell what the submission in the body would cost and give, or every rule that it breaks."""
        limits, account = self._contract.api.limits, call.caller
        body = await call.body(self._settings.max_body or limits.max_body_bytes)
        policies = account.terms.policies
        examined = self._validation.check(self._validation.read(body), policies)
        own = {call.base_url(self._settings.public_url), call.base_url(None)}
        findings = await self._intake.look(examined, account.shelf, own)
        request = self._validation.accept(examined, refusals(findings, policies))
        names = account.faults.acting(request.scenarios, account.scenario)
        request = request._replace(scenarios=names)
        return as_json(as_fields(estimate_of(request, findings, self._contract, policies)))
