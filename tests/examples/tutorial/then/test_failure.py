import pytest
from video import make_video


def test_a_refused_prompt_is_told(wan_mock, tmp_path):
    with pytest.raises(RuntimeError, match="DataInspectionFailed"):
        make_video("sunrise @mock:fails-moderation", tmp_path / "sunrise.mp4")
