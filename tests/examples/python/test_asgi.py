import asyncio

import httpx

from mock_server import Settings, create_app


def test_no_server_is_needed():
    async def submit():
        transport = httpx.ASGITransport(create_app(Settings(balance=0)))
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
            return await client.post(
                "/v1/videos/generations",
                json={"model": "wan-2-6", "prompt": "sunrise over the ocean"},
                headers={"Authorization": "Bearer sk-empiriolabs-me"},
            )

    assert asyncio.run(submit()).status_code == 402
