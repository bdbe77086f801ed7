//! Which camera a film is taken with.

use std::str::FromStr;

use sim::render::camera::{Camera, rlbench_cameras};
use sim::scene::frame::Vec3;

/// Views from beside the table; the names are free, no published camera has them.
const PLACES: [(&str, [f32; 3], [f32; 3]); 3] = [
    ("side", [0.95, -0.95, 1.50], [0.22, 0.0, 0.92]),
    // Sees into what opens towards the robot.
    ("behind", [-0.70, -1.00, 1.75], [0.27, 0.0, 0.98]),
    ("close", [0.85, 0.55, 1.20], [0.25, 0.0, 0.84]),
];
/// Field of view of cameras that are not published ones, degrees.
const ANGLE: f32 = 38.0;

/// A camera before its picture size is known.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraView(Camera);

impl CameraView {
    /// The camera for pictures of this size, pixels.
    pub fn camera(&self, [width, height]: [u32; 2]) -> Camera {
        self.0.clone().resized(width, height)
    }
}

impl FromStr for CameraView {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let published = rlbench_cameras();
        if let Some(camera) = published.iter().find(|camera| camera.name == text) {
            return Ok(Self(camera.clone()));
        }
        if let Some((name, eye, target)) = PLACES.iter().find(|(name, ..)| *name == text) {
            return Ok(Self(aimed(name, Vec3::from(*eye), Vec3::from(*target))));
        }
        let two =
            text.split_once(':').and_then(|(eye, target)| Some((point(eye)?, point(target)?)));
        match two {
            Some((eye, target)) if eye.distance(target) > 1e-3 => {
                Ok(Self(aimed("free", eye, target)))
            }
            Some(_) => Err("the camera stands where it looks".into()),
            None => {
                let names = published.iter().map(|camera| camera.name.as_str());
                let names: Vec<&str> = names.chain(PLACES.map(|(name, ..)| name)).collect();
                Err(format!("is none of {}, nor two points x,y,z:x,y,z", names.join(", ")))
            }
        }
    }
}

fn aimed(name: &str, eye: Vec3, target: Vec3) -> Camera {
    Camera::look_at(name, eye, target, ANGLE, 128, 128)
}

/// Three finite numbers, no farther from the origin than a room is wide.
fn point(text: &str) -> Option<Vec3> {
    let numbers: Option<Vec<f32>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
    let point = Vec3::from(<[f32; 3]>::try_from(numbers?).ok()?);
    (point.is_finite() && point.length() < 10.0).then_some(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_points_are_understood() {
        for name in ["front", "wrist", "side", "behind", "close", "1,0,1.5:0.2,0,0.8"] {
            let camera = name.parse::<CameraView>().unwrap().camera([64, 48]);
            assert_eq!((camera.width, camera.height), (64, 48), "{name}");
        }
        for wrong in ["", "frnt", "1,2:3", "1,2,3:1,2,3", "nan,0,0:1,1,1", "1e30,0,0:1,1,1"] {
            assert!(wrong.parse::<CameraView>().is_err(), "{wrong}");
        }
    }
}
